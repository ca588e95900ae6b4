#pragma once

#include <string_view>

namespace rhombus {

/// @returns whether the octets are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
[[nodiscard]] bool well_formed_utf8(std::string_view octets) noexcept;

} // namespace rhombus
