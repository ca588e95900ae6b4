#pragma once

#include "scenario_file.hpp"

#include <rhombus/rules/verdict.hpp>
#include <rhombus/transcript/history.hpp>

#include <chrono>
#include <optional>
#include <vector>

/// What the expectations of a scenario come to; pure.
namespace rhombus::scenario {

using transcript::run_history;

/// What is judged, and how.
struct judgement {
    rules::context with = {};
    std::vector<std::string> faults = {}; ///< No receipt of one of these, no verdict.
    std::chrono::nanoseconds lag{0};      ///< The host's, measured in the same run.
    std::chrono::nanoseconds started{0};  ///< When the client was, on the records' clock.
};

/// @returns one finding an expectation.
[[nodiscard]] rules::finding judge(const expectation& wanted, const run_history& run,
                                   const judgement& how);

/// @returns when the expectation's window ends; nullopt while what it counts from has not happened.
[[nodiscard]] std::optional<std::chrono::nanoseconds>
window_end(const expectation& wanted, const run_history& run, const judgement& how);

/// @returns whether more observation cannot change the answer: it is about something that happens,
/// and it has.
[[nodiscard]] bool settled(const expectation& wanted, const run_history& run, const judgement& how);

/// @returns the worse of both.
[[nodiscard]] rules::verdict worse(rules::verdict left, rules::verdict right) noexcept;

} // namespace rhombus::scenario
