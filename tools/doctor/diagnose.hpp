#pragma once

#include "command_line.hpp"

namespace rhombus::doctor {

/// Carries out `check`: reads the configuration, examines, reports.
/// @returns the exit code (diagnosis.md, Exit codes).
[[nodiscard]] int diagnose(const command_line& given);

} // namespace rhombus::doctor
