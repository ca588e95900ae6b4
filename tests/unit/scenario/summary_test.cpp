#include <gtest/gtest.h>

#include <ostream>
#include <scenario/summary.hpp>

namespace rhombus::scenario {
namespace {

report::scenario_report with(std::vector<std::pair<std::string, std::string>> level_and_verdict) {
    report::scenario_report made;
    report::scenario_result one;
    for (auto& [level, verdict] : level_and_verdict) {
        report::requirement_result each;
        each.level = level;
        each.verdict = verdict;
        one.requirements.push_back(each);
    }
    made.scenarios.push_back(one);
    return made;
}

struct exit_row {
    const char* name;
    report::scenario_report subject;
    exit_policy policy;
    int expected;
};
void PrintTo(const exit_row& row, std::ostream* out) {
    *out << row.name;
}
class ExitCode : public testing::TestWithParam<exit_row> {};

TEST_P(ExitCode, IsTheFirstOfTheContractThatApplies) {
    EXPECT_EQ(exit_code(GetParam().subject, GetParam().policy), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Contract, ExitCode,
    testing::Values(
        exit_row{"Conformant", with({{"MUST", "pass"}, {"SHOULD", "warn"}}), {}, 0},
        exit_row{"Failed", with({{"MUST", "fail"}, {"MUST", "inconclusive"}}), {}, 1},
        exit_row{"HarnessBeforeFailed", with({{"MUST", "fail"}, {"MUST", "error"}}), {}, 3},
        exit_row{"NothingSelected", {}, {}, 6},
        exit_row{"MustUndecided", with({{"MUST", "inconclusive"}}), {}, 4},
        exit_row{"MustBlocked", with({{"MUST", "blocked"}}), {}, 4},
        exit_row{
            "MustUndecidedAllowed", with({{"MUST", "inconclusive"}}), {1, failing::on_fail}, 0},
        exit_row{"ShouldUndecided", with({{"SHOULD", "inconclusive"}}), {}, 0},
        exit_row{"WarnCounts", with({{"SHOULD", "warn"}}), {0, failing::on_warn}, 1}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(Summary, ARequirementCountsOnceWithItsWorstVerdict) {
    scenario_file file;
    file.id = "a/b";
    file.framings = {"whole", "coalesced"};
    const std::vector<test_case> cases{{&file, "whole", 5}, {&file, "coalesced", 5}};
    const std::vector<case_result> results{
        {.id = cases[0].id(),
         .verdict = rules::verdict::pass,
         .findings = {{.id = "R-101", .verdict = rules::verdict::pass}},
         .transcript = {}},
        {.id = cases[1].id(),
         .verdict = rules::verdict::fail,
         .findings = {{.id = "R-101", .verdict = rules::verdict::fail}},
         .transcript = {}}};
    run_setting how;
    how.client.name = "someone";
    const auto made =
        summarize(cases, results, how, {.client_argument = "./my client", .scenarios = {}});
    for (const auto& count : made.totals) {
        EXPECT_EQ(count.requirements, count.verdict == "fail" ? 1U : 0U) << count.verdict;
        EXPECT_EQ(count.scenarios, count.verdict == "fail" || count.verdict == "pass" ? 1U : 0U);
    }
    EXPECT_EQ(made.scenarios[0].replay,
              "rhombus-scenario run --client './my client' --id a/b --seed 5");
    EXPECT_EQ(made.scenarios[0].requirements[0].level, "MUST");
}

} // namespace
} // namespace rhombus::scenario
