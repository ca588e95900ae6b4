#pragma once

#include <string_view>

namespace rhombus::doctor {

/// Says on standard error, in one line, why nothing is done; an empty message was said elsewhere.
/// @returns the exit code for usage errors.
int complain(std::string_view message);

} // namespace rhombus::doctor
