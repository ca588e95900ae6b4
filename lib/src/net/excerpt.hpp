#pragma once

#include <string>
#include <string_view>

namespace rhombus::net {

/// @returns the octets between quotes, those that are no visible ASCII as `\xNN`.
[[nodiscard]] inline std::string excerpt(std::string_view octets) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "\"";
    for (const auto each : octets) {
        const auto octet = static_cast<unsigned char>(each);
        if (octet >= 0x20 && octet < 0x7f && each != '"' && each != '\\')
            text += each;
        else
            text.append("\\x").append(1, digits[octet >> 4U]).append(1, digits[octet & 0x0FU]);
    }
    return text + '"';
}

} // namespace rhombus::net
