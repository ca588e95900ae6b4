#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rhombus::differential {

/// An input: what to expect of the stream, and its octets.
struct subject {
    std::uint8_t choice = 0; ///< Bits that compare.py explains.
    std::string_view octets;
};

/// @returns everything read from the octets, as one line of JSON: strictly and explained, each
/// whole, in pieces and octet by octet.
[[nodiscard]] std::string decode_stomp(const subject& input);

/// @returns the frames and the messages read from the octets, as one line of JSON: each whole, in
/// pieces and octet by octet.
[[nodiscard]] std::string decode_websocket(const subject& input);

/// @returns the octets in pieces of so many.
[[nodiscard]] std::vector<std::string_view> pieces_of(std::string_view octets, std::size_t size);

/// @returns the octets in hexadecimal and in quotes.
[[nodiscard]] std::string quoted_hex(std::string_view octets);

} // namespace rhombus::differential
