#pragma once

#include <string_view>

namespace rhombus::doctor {

/// Prints what is known of a finding code. @returns 0, or 2 for a code that does not exist.
[[nodiscard]] int explain(std::string_view code);

} // namespace rhombus::doctor
