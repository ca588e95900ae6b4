#pragma once

#include <rhombus/rules/rule.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rhombus::scenario {

enum class setting : std::uint8_t { no, settable };

/// How one client under test is started and what it says of itself.
struct client_file {
    std::string name = {};
    std::string version = {};
    std::vector<std::string> argv = {}; ///< Words that begin with `./` are paths beside the file.
    std::vector<std::pair<std::string, std::string>> environment = {};
    rules::client_traits traits = {};
    bool asks_for_organization = true; ///< `rest: false`: it is given RHOMBUS_ORG_UUID.
    setting handler = setting::no;
    setting heart_beat = setting::no;
    std::optional<std::uint64_t> memory_budget_mib = {};
    std::filesystem::path folder = {}; ///< Of the client's file; empty for a command line.
};

/// Finds a client: `clients/NAME/client.yaml`, else a YAML file, else a command line that is taken
/// apart without a shell (quotes and backslashes as usual). Throws input_error.
[[nodiscard]] client_file find_client(const std::string& name_file_or_command,
                                      const std::filesystem::path& clients);

/// @returns the words of a command line. Throws input_error for a quote without its end.
[[nodiscard]] std::vector<std::string> words_of(const std::string& command);

/// @returns the program's path: the variable named like it (`rhombus-doctor`: RHOMBUS_DOCTOR),
/// beside this executable, on PATH, or as given; empty when there is none that can be executed.
[[nodiscard]] std::filesystem::path find_program(const std::string& name);

} // namespace rhombus::scenario
