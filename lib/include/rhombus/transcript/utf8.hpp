#pragma once

#include <string_view>

namespace rhombus::transcript {

/// @returns whether the octets are well-formed UTF-8 (Unicode 15, table 3-7).
[[nodiscard]] bool well_formed_utf8(std::string_view octets) noexcept;

} // namespace rhombus::transcript
