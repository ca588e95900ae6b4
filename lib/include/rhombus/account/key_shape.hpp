#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rhombus::account {

/// Trap C7: what stands in or around a key that no service gives out.
/// @returns one phrase a defect (e.g. `white space at the end`), none for a well-formed key.
[[nodiscard]] std::vector<std::string> shape_defects(std::string_view key);

} // namespace rhombus::account
