#pragma once

#include "case_run.hpp"

#include <functional>
#include <vector>

namespace rhombus::scenario {

/// Runs all cases, so many at a time, each on a thread of its own; most of a case is waiting.
/// @param finished called for each case when it is done, one at a time.
/// @returns the results in the order of the cases; those not begun before the stop are left out.
[[nodiscard]] std::vector<case_result>
run_all(const std::vector<test_case>& cases, const run_setting& how, std::size_t jobs,
        const std::stop_token& stop, const std::function<void(const case_result&)>& finished);

} // namespace rhombus::scenario
