#pragma once

#include <rhombus/websocket/frame.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace rhombus::websocket::test {

inline std::string octets(std::initializer_list<int> values) {
    std::string text;
    for (const auto each : values)
        text += static_cast<char>(each);
    return text;
}

inline constexpr masking_key key{0x37, 0xfa, 0x21, 0x3d};

inline std::string big_endian(std::uint64_t value, unsigned count) {
    std::string text;
    for (auto i = count; i-- > 0;)
        text += static_cast<char>(value >> (8 * i));
    return text;
}

/// A frame as `from` writes it; a client's with test::key.
/// @param first its first octet: FIN, reserved bits, opcode.
inline std::string wire(int first, std::string_view payload, sender from = sender::server) {
    const int mask = from == sender::client ? 0x80 : 0;
    const auto size = payload.size();
    std::string text(1, static_cast<char>(first));
    if (size < 126) {
        text += static_cast<char>(mask | static_cast<int>(size));
    } else {
        const auto marker = size <= 0xFFFF ? 126 : 127;
        text += static_cast<char>(mask | marker);
        text += big_endian(size, marker == 126 ? 2 : 8);
    }
    if (from == sender::server)
        return text += payload;
    text.append(key.begin(), key.end());
    for (std::size_t i = 0; i < size; ++i)
        text += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ key[i % key.size()]);
    return text;
}

} // namespace rhombus::websocket::test
