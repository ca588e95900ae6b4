#pragma once

#include "case_run.hpp"
#include "scenario_file.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rhombus::scenario {

/// Which scenarios are wanted. Several words of one kind: any of them; several kinds: all of them.
struct selection {
    std::vector<std::string> ids = {}; ///< Whole ids, or the folder before the slash.
    std::vector<std::string> guides = {};
    std::vector<std::string> requirements = {};
    std::vector<std::string> faults = {}; ///< `F-403`, or one variant: `F-203/404`.
    std::vector<std::string> tags = {};
};

/// @returns whether it is wanted. Without a tag or id asked for, `long` and `soak` are left out.
[[nodiscard]] bool selected(const scenario_file& subject, const selection& wanted);

/// @returns one case for each permutation of each wanted scenario.
[[nodiscard]] std::vector<test_case> cases_of(const std::vector<scenario_file>& scenarios,
                                              const selection& wanted,
                                              std::optional<std::uint64_t> seed);

} // namespace rhombus::scenario
