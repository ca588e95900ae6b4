#pragma once

#include "command_line.hpp"
#include "read_sources.hpp"

#include <mock_server/mock_server.hpp>
#include <optional>

namespace rhombus::doctor {

/// The target of a run: the account's, or the bundled mock server.
struct target {
    gathered from;
    std::string ca_file;
    std::optional<tools::mock_server> demo; ///< Runs as long as the target is used.
};

/// Starts the mock server where the demo is asked for; then environment and `~/.rhombus` count for
/// nothing, and only a key given by flag takes the place of the mock server's own.
[[nodiscard]] boost::system::result<target, tools::mock_error>
choose_target(const command_line& given);

} // namespace rhombus::doctor
