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

TEST(DoctorText, ShowsAsWhomItSpokeWhenAskedForFacts) {
    auto report = refused_report();
    report.api_url = "https://host";
    report.identity = {{"key", "…abcd\x1b", "--api-key-file k", {"RHOMBUS_API_KEY"}}};
    const auto text = to_text(report, {.detail = detail::facts});
    EXPECT_THAT(text, HasSubstr("  REST       https://host\n"));
    EXPECT_THAT(text, HasSubstr("  key        …abcd\\x1B  (--api-key-file k)\n"));
    EXPECT_THAT(text, HasSubstr("shadows RHOMBUS_API_KEY\n"));
    EXPECT_THAT(to_text(report, {}), Not(HasSubstr("shadows")));
}

TEST(DoctorText, WrapsWhatIsLongAndIndentsIt) {
    auto report = refused_report();
    report.verdict.fix = {"word " + std::string(70, 'x') + " " + std::string(40, 'y')};
    const auto text = to_text(report, {});
    EXPECT_THAT(text, HasSubstr("  fix: word " + std::string(70, 'x') + "\n       " +
                                std::string(40, 'y') + "\n"));
}

TEST(DoctorText, TellsWarningsWhateverTheVerdict) {
    auto report = refused_report();
    auto& check = report.checks.front();
    check.status = status::warn;
    check.duration_ms = 1500;
    finding warned;
    warned.id = "C1";
    warned.status = status::warn;
    warned.message = "two keys";
    check.findings = {warned};
    const auto text = to_text(report, {.glyphs = glyphs::unicode});
    EXPECT_THAT(text, HasSubstr("! dns                 1.5 s  C1  two keys\n"));
    EXPECT_THAT(text, HasSubstr("warning C1: two keys\n"));
}

TEST(DoctorText, NamesWhatElseItMayBe) {
    auto report = refused_report();
    report.verdict.also_possible = {"AUTH-WS", "NET-PROXY"};
    report.verdict.because = {2, 9}; // 9 is no evidence of this report
    const auto text = to_text(report, {});
    EXPECT_THAT(text, HasSubstr("also possible: AUTH-WS, NET-PROXY\n"));
    EXPECT_THAT(text, Not(HasSubstr("[9]")));
}

TEST(DoctorText, SaysWhenItWasInterrupted) {
    doctor_report report;
    report.interrupted = 15;
    const auto text = to_text(report, {});
    EXPECT_THAT(text, HasSubstr("INTERRUPTED"));
    EXPECT_THAT(text, HasSubstr("interrupted by signal 15: the run is not complete"));
}

TEST(DoctorText, SaysWhatToDoNextWhenAllIsWell) {
    const auto text = to_text({}, {});
    EXPECT_THAT(text, HasSubstr("HEALTHY"));
    EXPECT_THAT(text, HasSubstr("next: compare what your client sends"));
}

TEST(DoctorJson, HoldsFindingsIdentityAndWhatIsRuledOut) {
    auto report = refused_report();
    report.identity = {{"organization", "o", "--org", {"RHOMBUS_ORG_UUID"}}};
    report.interrupted = 2;
    const auto text = to_json(report);
    EXPECT_THAT(text, HasSubstr("\"id\": \"AUTHZ-WS\""));
    EXPECT_THAT(text, HasSubstr("\"source\": \"--org\""));
    EXPECT_THAT(text, HasSubstr("\"RHOMBUS_ORG_UUID\""));
    EXPECT_THAT(text, HasSubstr("\"code\": \"NET-DNS\""));
    EXPECT_THAT(text, HasSubstr("\"interrupted\": 2"));
    EXPECT_THAT(text, HasSubstr("\"complete\": false"));
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
