#pragma once

#include <cstdint>
#include <string_view>

namespace rhombus::stomp {

/// A version of the protocol. Its differences on the wire are the functions below; all else is read
/// alike. Spec: STOMP 1.0; STOMP 1.1; STOMP 1.2, Augmented BNF and Value Encoding.
enum class version : std::uint8_t { v1_0, v1_1, v1_2 };

/// @returns the value of a `version` or `accept-version` header, e.g. `1.2`.
[[nodiscard]] constexpr std::string_view to_text(version which) noexcept {
    constexpr std::string_view texts[]{"1.0", "1.1", "1.2"};
    return texts[static_cast<std::uint8_t>(which)];
}

/// @returns whether CR LF ends a line; before 1.2 the CR belongs to the header's value.
[[nodiscard]] constexpr bool carriage_return_ends_lines(version which) noexcept {
    return which == version::v1_2;
}

/// @returns the letters that may follow a backslash in a header: none in 1.0, no `\r` in 1.1.
[[nodiscard]] constexpr std::string_view escape_letters(version which) noexcept {
    constexpr std::string_view letters[]{"", "\\cn", "\\cnr"};
    return letters[static_cast<std::uint8_t>(which)];
}

/// @returns whether headers are UTF-8; 1.0 names no encoding.
[[nodiscard]] constexpr bool headers_are_utf8(version which) noexcept {
    return which != version::v1_0;
}

/// @returns whether only SEND, MESSAGE and ERROR may have a body; 1.0 does not say so.
[[nodiscard]] constexpr bool bodies_are_limited(version which) noexcept {
    return which != version::v1_0;
}

/// @returns whether the version has the commands STOMP and NACK.
[[nodiscard]] constexpr bool has_stomp_and_nack(version which) noexcept {
    return which != version::v1_0;
}

} // namespace rhombus::stomp
