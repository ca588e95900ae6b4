#include <rhombus/diagnosis/verdict.hpp>

#include <gmock/gmock.h>

namespace rhombus::diagnosis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

finding made(std::string id, status outcome) {
    finding out;
    out.id = std::move(id);
    out.status = outcome;
    out.message = "It is so.";
    return out;
}

check_result check(std::string id, status outcome, std::vector<finding> findings = {}) {
    check_result out;
    out.id = std::move(id);
    out.status = outcome;
    out.findings = std::move(findings);
    return out;
}

TEST(Conclude, IsHealthyWithoutAFinding) {
    const auto reached = conclude(std::vector{check("dns", status::pass)});
    EXPECT_EQ(reached.status, health::healthy);
    EXPECT_EQ(reached.code, std::nullopt);
    EXPECT_EQ(reached.exit_code, 0);
}

TEST(Conclude, StaysHealthyWithAWarning) {
    const auto reached =
        conclude(std::vector{check("config", status::warn, {made("C1", status::warn)})});
    EXPECT_EQ(reached.status, health::healthy);
}

TEST(Conclude, BlamesTheFirstThatFailed) {
    const auto reached =
        conclude(std::vector{check("tls", status::fail, {made("TLS-SELF", status::fail)}),
                             check("rest-token", status::fail, {made("RATE", status::fail)})});
    EXPECT_EQ(reached.code, "TLS-SELF");
    EXPECT_EQ(reached.exit_code, 11);
    EXPECT_THAT(reached.fix, Not(IsEmpty()));
}

TEST(Conclude, PrefersAFailureToSomethingInconclusiveBeforeIt) {
    const auto reached = conclude(std::vector{
        check("topic-delivery", status::inconclusive, {made("SUB-QUIET", status::inconclusive)}),
        check("heartbeat", status::fail, {made("HB-SERVER", status::fail)})});
    EXPECT_EQ(reached.code, "HB-SERVER");
    EXPECT_EQ(reached.exit_code, 22);
}

TEST(Conclude, SaysInconclusiveWithItsOwnExitCodeWhateverTheCode) {
    const auto reached = conclude(std::vector{
        check("heartbeat", status::inconclusive, {made("HB-SERVER", status::inconclusive)})});
    EXPECT_EQ(reached.status, health::inconclusive);
    EXPECT_EQ(reached.exit_code, 30);
}

TEST(Conclude, SaysThatTheStreamWorksWhereOnlyRestFails) {
    const auto failing = check("rest-token", status::fail, {made("RATE", status::fail)});
    EXPECT_THAT(conclude(std::vector{failing, check("stomp-connected", status::pass)}).message,
                HasSubstr("The stream itself works."));
    EXPECT_THAT(conclude(std::vector{failing, check("stomp-connected", status::skip)}).message,
                Not(HasSubstr("works")));
}

TEST(Conclude, RulesOutWhatPassingChecksExclude) {
    auto dns = check("dns", status::pass);
    dns.rules_out = {"NET-DNS"};
    dns.evidence = {{3, "dns", grade::observed, "", {}}};
    const auto reached =
        conclude(std::vector{dns, check("tcp", status::fail, {made("NET-PORT", status::fail)})});
    ASSERT_EQ(reached.excluded.size(), 1U);
    EXPECT_EQ(reached.excluded[0].code, "NET-DNS");
    EXPECT_EQ(reached.excluded[0].by, 3U);
}

TEST(Conclude, GivesUnknownTheExitCodeOfItsCheck) {
    EXPECT_EQ(
        conclude(std::vector{check("rest-token", status::fail, {made("UNKNOWN", status::fail)})})
            .exit_code,
        15);
}

} // namespace
} // namespace rhombus::diagnosis
