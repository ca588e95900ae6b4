#pragma once

#include "case_run.hpp"

#include <rhombus/report/scenario_report.hpp>
#include <rhombus/transcript/record.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace rhombus::scenario {

/// What the report says besides the cases.
struct run_facts {
    std::string client_argument = {}; ///< As given to --client, for the command that replays.
    std::string scenarios = {};       ///< As given to --scenarios; empty: the default.
    transcript::stamp started = {};
    transcript::stamp ended = {};
    std::chrono::nanoseconds lag{0};
    bool transcripts_kept = false;
};

/// @returns the model of the report; pure.
[[nodiscard]] report::scenario_report summarize(const std::vector<test_case>& cases,
                                                const std::vector<case_result>& results,
                                                const run_setting& how, const run_facts& facts);

enum class failing : std::uint8_t { on_fail, on_warn };

/// What makes the exit code of `run`.
struct exit_policy {
    std::size_t most_inconclusive = 0; ///< Cases of a MUST that may stay without a verdict.
    failing fails = failing::on_fail;
};

/// @returns 6 nothing selected, 3 error, 1 failed, 4 too much inconclusive, 0; the first that
/// applies in the order of the contract.
[[nodiscard]] int exit_code(const report::scenario_report& subject, const exit_policy& policy);

} // namespace rhombus::scenario
