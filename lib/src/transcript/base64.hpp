#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rhombus::transcript {

/// @returns the octets in base64 with padding. Spec: RFC 4648, section 4.
[[nodiscard]] std::string to_base64(std::string_view octets);

/// @returns how many characters put_base64() writes.
[[nodiscard]] constexpr std::size_t base64_length(std::size_t octets) noexcept {
    return (octets + 2) / 3 * 4;
}

/// The same into room for base64_length() characters. @returns their end.
char* put_base64(std::string_view octets, char* to) noexcept;

/// Replaces what stands in `octets`, whose memory is used again.
/// @returns false for anything but padded base64 of the standard alphabet.
[[nodiscard]] bool from_base64(std::string_view text, std::string& octets);

} // namespace rhombus::transcript
