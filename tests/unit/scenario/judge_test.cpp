#include "../rules/script.hpp"

#include <gtest/gtest.h>

#include <scenario/judge.hpp>

namespace rhombus::scenario {
namespace {

using namespace std::chrono_literals;
using rules::verdict;
using rules::test::script;
using transcript::origin;

expectation requirement(std::string id, std::string after = {}, window length = {5s, 0, 0}) {
    return {.requirement = std::move(id),
            .fact = {},
            .after = std::move(after),
            .connection = std::nullopt,
            .window = length};
}

TEST(Judge, TheRuleGivesTheVerdict) {
    script s;
    s.open();
    const auto made = judge(requirement("R-101"), s.read(), {});
    EXPECT_EQ(made.verdict, verdict::pass);
    EXPECT_EQ(made.opportunities, 1U);
}

TEST(Judge, WithoutAReceiptThereIsNoVerdict) {
    script s;
    s.open();
    const auto made = judge(requirement("R-101"), s.read(), {.with = {}, .faults = {"F-501"}});
    EXPECT_EQ(made.verdict, verdict::inconclusive);
    EXPECT_EQ(made.message.find("no receipt of F-501"), 0U) << made.message;
}

TEST(Judge, AReceiptOfAnyVariantProvesAFault) {
    script s;
    s.open().receipt("F-351/1001");
    const judgement how{.with = {}, .faults = {"F-351"}};
    EXPECT_EQ(judge(requirement("R-101"), s.read(), how).verdict, verdict::pass);
}

TEST(Judge, AViolationSeenInOctetsNeedsNoReceipt) {
    script s;
    s.tcp().request("/wrong");
    const judgement how{.with = {}, .faults = {"F-501"}};
    EXPECT_EQ(judge(requirement("R-101"), s.read(), how).verdict, verdict::fail);
}

TEST(Judge, ABusyHostTakesAwayABreachOfTimeAndNoneOfOctets) {
    script s;
    s.tcp().request("/wrong").answer().connect().connected().until(60s);
    const judgement busy{.with = {}, .faults = {}, .lag = 300ms};
    EXPECT_EQ(judge(requirement("R-403"), s.read(), busy).verdict, verdict::inconclusive);
    EXPECT_EQ(judge(requirement("R-101"), s.read(), busy).verdict, verdict::fail);
}

TEST(Judge, ARequirementWithoutARuleIsInconclusive) {
    EXPECT_EQ(judge(requirement("R-999"), {}, {}).verdict, verdict::inconclusive);
}

TEST(Judge, AWindowOverAnIntervalThatWasNotAgreedIsInconclusive) {
    script s;
    s.open().connect().connected("0,0");
    const auto made = judge(requirement("R-101", {}, {0s, 7, 0}), s.read(), {});
    EXPECT_EQ(made.verdict, verdict::inconclusive);
}

TEST(WindowEnd, CountsFromTheNamedFault) {
    script s;
    s.open().connect().connected();
    const auto wanted = requirement("R-409", "mute", {1s, 2, 0});
    EXPECT_EQ(window_end(wanted, s.read(), {}), std::nullopt);
    s.at(3s).receipt("F-501", R"({"as":"mute"})");
    EXPECT_EQ(window_end(wanted, s.read(), {}), 24s);
}

TEST(WindowEnd, CountsFromAStateOfTheGivenConnection) {
    script s;
    s.open().connect().at(1s).connected().fin(origin::server);
    auto wanted = requirement("R-509", "connected");
    EXPECT_EQ(window_end(wanted, s.read(), {}), 6s);
    wanted.connection = 2;
    EXPECT_EQ(window_end(wanted, s.read(), {}), std::nullopt);
    s.at(9s).open().connect().connected();
    EXPECT_EQ(window_end(wanted, s.read(), {}), 14s);
}

TEST(Settled, OnlyWhatIsAboutSomethingThatHappens) {
    script s;
    s.open().connect().connected().subscribe();
    EXPECT_TRUE(settled(requirement("R-501"), s.read(), {}));
    EXPECT_FALSE(settled(requirement("R-510"), s.read(), {}));
    EXPECT_FALSE(settled(requirement("R-409"), s.read(), {}));
}

TEST(Fact, AConnectionIsOpenInTimeOrNot) {
    script s;
    s.open().at(4s).connect().connected().until(20s);
    expectation wanted = requirement("");
    wanted.fact = "connection-1-open";
    EXPECT_EQ(judge(wanted, s.read(), {}).verdict, verdict::pass);
    wanted.window.fixed = 3s;
    EXPECT_EQ(judge(wanted, s.read(), {}).verdict, verdict::fail);
    wanted.fact = "connection-2-open";
    wanted.window.fixed = 30s;
    EXPECT_EQ(judge(wanted, s.read(), {}).verdict, verdict::inconclusive);
    wanted.window.fixed = 10s;
    EXPECT_EQ(judge(wanted, s.read(), {}).verdict, verdict::fail);
}

} // namespace
} // namespace rhombus::scenario
