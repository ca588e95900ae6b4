#pragma once

#include "client_file.hpp"
#include "control.hpp"

#include <string>
#include <vector>

namespace rhombus::scenario {

/// What a client is told. The contract with clients: docs, clients/README.md.
struct client_target {
    scenario_listener listener;
    std::string api_key;
    std::filesystem::path folder;
};

/// @returns the caller's environment without its own RHOMBUS_ settings, and with those of the case.
[[nodiscard]] std::vector<std::string> environment_for(const client_file& client,
                                                       const client_target& target);

/// @returns the words with their placeholders filled in; writes the key to a file where it is asked
/// for by {key_file}. Throws input_error for an unknown placeholder.
[[nodiscard]] std::vector<std::string> argv_for(const client_file& client,
                                                const client_target& target);

} // namespace rhombus::scenario
