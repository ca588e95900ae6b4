#pragma once

#include "window.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace rhombus::scenario {

/// One entry of `expect`: a requirement that the rules judge, or a fact without an R-id.
struct expectation {
    std::string requirement = {}; ///< Empty for a fact.
    std::string fact = {};        ///< Empty for a requirement.
    std::string after = {}; ///< A fault step's name or a state of the client; empty: the start.
    std::optional<std::uint32_t> connection = {};
    scenario::window window = {}; ///< `window` of a requirement, `within` of a fact.
};

/// What the runner reads of a scenario: its head and what is expected. The steps are the mock
/// server's business.
struct scenario_file {
    std::filesystem::path path = {};
    std::string id = {};
    std::string title = {};
    std::string guide = {};
    std::vector<std::string> faults = {};
    std::vector<std::string> tags = {};
    std::vector<std::string> framings = {}; ///< `whole` alone unless permuted.
    std::uint64_t seed = 1;
    std::vector<expectation> expectations = {};
};

/// Throws input_error with file, line and field.
[[nodiscard]] scenario_file load_scenario(const std::filesystem::path& path);

/// @returns the YAML files below a folder, or the file itself; in order of their names.
[[nodiscard]] std::vector<std::filesystem::path>
scenario_paths(const std::filesystem::path& file_or_folder);

} // namespace rhombus::scenario
