#include "script.hpp"

#include <rhombus/rules/verdict.hpp>

#include <gtest/gtest.h>

#include <ostream>

namespace rhombus::rules::test {
namespace {

ruling hard_breach(const transcript::run_history& /*run*/, const context& /*with*/) {
    return {.result = outcome::broken, .opportunities = 1, .message = "it broke"};
}
ruling soft_breach(const transcript::run_history& /*run*/, const context& /*with*/) {
    return {.result = outcome::broken, .opportunities = 1, .weight = level::should};
}
ruling kept(const transcript::run_history& /*run*/, const context& /*with*/) {
    return {.result = outcome::held, .opportunities = 2};
}
ruling kept_by_chance(const transcript::run_history& /*run*/, const context& /*with*/) {
    return {.result = outcome::held};
}

struct verdict_row {
    const char* name;
    rule subject;
    context with;
    verdict expected;
};
void PrintTo(const verdict_row& row, std::ostream* out) {
    *out << row.name;
}
class Verdict : public testing::TestWithParam<verdict_row> {};

TEST_P(Verdict, FollowsFromLevelReachAndProfile) {
    EXPECT_EQ(judge(GetParam().subject, {}, GetParam().with).verdict, GetParam().expected);
}

constexpr context vendor{};
constexpr auto documented = reach::documented;

rule with(ruling (*judge)(const transcript::run_history&, const context&),
          level weight = level::must, reach how_far = documented, need wanted = need::none) {
    return {.id = "R-000", .level = weight, .reach = how_far, .needs = {wanted}, .judge = judge};
}

INSTANTIATE_TEST_SUITE_P(
    Table, Verdict,
    testing::Values(
        verdict_row{"MustBroken", with(hard_breach), {}, verdict::fail},
        verdict_row{"ShouldBroken", with(hard_breach, level::should), {}, verdict::warn},
        verdict_row{"MayBroken", with(hard_breach, level::may), {}, verdict::info},
        verdict_row{"MustBrokenWithinTolerance", with(soft_breach), {}, verdict::warn},
        verdict_row{"ToleranceNeverJudgesHarder", with(soft_breach, level::may), {}, verdict::info},
        verdict_row{"Held", with(kept), {}, verdict::pass},
        verdict_row{"HeldWithoutOpportunity", with(kept_by_chance), {}, verdict::inconclusive},
        verdict_row{
            "SeenElsewhereWarns", with(hard_breach, level::must, reach::seen), {}, verdict::warn},
        verdict_row{"TheoreticalInforms",
                    with(hard_breach, level::must, reach::theoretical),
                    {},
                    verdict::info},
        verdict_row{"StrictFailsOnTheory",
                    with(hard_breach, level::must, reach::theoretical),
                    {.profile = profile::strict},
                    verdict::fail},
        verdict_row{"NoEventsAtLevel0",
                    with(hard_breach, level::must, documented, need::events),
                    {},
                    verdict::not_applicable},
        verdict_row{"LibraryBehindAnAdapter",
                    with(hard_breach, level::must, documented, need::program),
                    {.client = {.kind = client_kind::library}},
                    verdict::not_applicable},
        verdict_row{"NoReconnect",
                    with(hard_breach, level::must, documented, need::reconnect),
                    {.client = {.reconnect = offered::no}},
                    verdict::not_applicable},
        verdict_row{"BrowserInterface",
                    with(hard_breach, level::must, documented, need::socket_api),
                    {.client = {.api = client_api::whatwg}},
                    verdict::not_applicable}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(Judge, CarriesIdLevelMessageAndOpportunities) {
    const auto made = judge(with(hard_breach), {}, vendor);
    EXPECT_EQ(made.id, "R-000");
    EXPECT_EQ(made.message, "it broke");
    EXPECT_EQ(made.opportunities, 1U);
}

TEST(Judge, NotApplicableSaysWhy) {
    const auto made = judge(with(hard_breach, level::must, documented, need::events), {}, vendor);
    EXPECT_EQ(made.message, "the client reports no events (level L0)");
}

} // namespace
} // namespace rhombus::rules::test
