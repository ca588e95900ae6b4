#include <rhombus/report/doctor_report.hpp>

#include <gmock/gmock.h>

namespace rhombus::report {
namespace {

using namespace diagnosis;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

doctor_report refused_report() {
    check_result good;
    good.id = "dns";
    good.status = status::pass;
    good.reason = "host";
    good.rules_out = {"NET-DNS"};
    good.evidence = {{1, "dns", grade::observed, "host is 127.0.0.1", {4}}};
    check_result bad;
    bad.id = "ws-handshake";
    bad.status = status::fail;
    bad.evidence = {{2, "ws-handshake", grade::observed, "403\x1b[2J", {9}}};
    finding found;
    found.id = "AUTHZ-WS";
    found.message = "refused";
    found.evidence = {2};
    bad.findings = {found};
    check_result skipped;
    skipped.id = "stomp-connected";
    skipped.blocked_by = "ws-handshake";
    doctor_report out;
    out.version = "1";
    out.system = "rhombus";
    out.ws_url = "wss://host/websocket";
    out.checks = {good, bad, skipped};
    out.verdict.status = health::problem;
    out.verdict.code = "AUTHZ-WS";
    out.verdict.certainty = certainty::likely;
    out.verdict.message = "refused";
    out.verdict.because = {2};
    out.verdict.excluded = {{"NET-DNS", 1}};
    out.verdict.fix = {"ask an administrator"};
    out.exit_code = 14;
    return out;
}

TEST(DoctorText, NamesTheCauseItsEvidenceWhatIsRuledOutAndTheFix) {
    const auto text = to_text(refused_report(), {});
    EXPECT_THAT(text, HasSubstr("XX ws-handshake"));
    EXPECT_THAT(text, HasSubstr("skipped: needs ws-handshake"));
    EXPECT_THAT(text, HasSubstr("AUTHZ-WS (likely)\n  refused\n"));
    EXPECT_THAT(text, HasSubstr("because: [2] 403\\x1B[2J"));
    EXPECT_THAT(text, HasSubstr("ruled out: what would fail dns\n"));
    EXPECT_THAT(text, HasSubstr("fix: ask an administrator"));
    EXPECT_THAT(text, HasSubstr("exit 14"));
}

TEST(DoctorText, HasNoEscapeSequenceWithoutColour) {
    EXPECT_THAT(to_text(refused_report(), {}), Not(HasSubstr("\x1b")));
    EXPECT_THAT(to_text(refused_report(), {.colour = colour::ansi}), HasSubstr("\x1b[31m"));
}

TEST(DoctorText, SaysDemoFirstAndLast) {
    auto demo = refused_report();
    demo.occasion = occasion::demo;
    EXPECT_THAT(to_text(demo, {}), StartsWith("DEMO"));
    EXPECT_THAT(to_text(demo, {}), EndsWith("DEMO\n"));
    EXPECT_THAT(to_text(demo, {.detail = detail::quiet}), StartsWith("DEMO"));
}

TEST(DoctorText, KeepsToTheVerdictWhenQuiet) {
    const auto text = to_text(refused_report(), {.detail = detail::quiet});
    EXPECT_THAT(text, StartsWith("AUTHZ-WS"));
    EXPECT_THAT(text, Not(HasSubstr("skipped")));
}

TEST(DoctorText, ShowsEvidenceWhenAskedForFacts) {
    const auto text = to_text(refused_report(), {.detail = detail::facts});
    EXPECT_THAT(text, HasSubstr("[1] host is 127.0.0.1 (dns, observed)"));
    EXPECT_THAT(text, HasSubstr("ruled out: NET-DNS by [1]"));
}

TEST(DoctorJson, HasNullWhereThereIsNothing) {
    const auto text = to_json(refused_report());
    EXPECT_THAT(text, HasSubstr("\"interrupted\": null"));
    EXPECT_THAT(text, HasSubstr("\"blocked_by\": \"ws-handshake\""));
    EXPECT_THAT(text, HasSubstr("\"demo\": false"));
}

TEST(DoctorJson, SurvivesOctetsThatAreNoText) {
    auto odd = refused_report();
    odd.verdict.message = "\xFF";
    EXPECT_THAT(to_json(odd), EndsWith("}\n"));
}

} // namespace
} // namespace rhombus::report
