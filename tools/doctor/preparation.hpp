#pragma once

#include "command_line.hpp"
#include "facts.hpp"
#include "read_sources.hpp"

namespace rhombus::doctor {

/// Turns what was read into the facts that a run begins with: effective settings, both hosts, and
/// every mistake that forbids to send anything.
[[nodiscard]] facts prepare(const command_line& given, const gathered& from);

/// @returns how both hosts are connected to.
[[nodiscard]] net::connection_options
connection_options_for(const command_line& given, const std::string& ca_file, const facts& known);

} // namespace rhombus::doctor
