#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace rhombus {

/// @returns whether the octets are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
[[nodiscard]] bool well_formed_utf8(std::string_view octets) noexcept;

/// @returns where the first octet stands that no well-formed UTF-8 has there: the first octet of a
/// sequence that is cut off or overlong, too; nullopt when all are well-formed.
[[nodiscard]] std::optional<std::size_t> malformed_utf8_at(std::string_view octets) noexcept;

} // namespace rhombus
