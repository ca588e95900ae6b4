#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rhombus::websocket {

/// Whose octets are read: a client masks, a server does not (RFC 6455 section 5.1).
enum class sender : std::uint8_t { client, server };

/// Spec: RFC 6455 section 5.2. A frame keeps the number, because any may come.
namespace opcode {
inline constexpr std::uint8_t continuation = 0; ///< A further frame of a message.
inline constexpr std::uint8_t text = 1;         ///< The first frame of a text.
inline constexpr std::uint8_t binary = 2;       ///< The first frame of other octets.
inline constexpr std::uint8_t close = 8;        ///< The closing handshake.
inline constexpr std::uint8_t ping = 9;         ///< Asks for a pong.
inline constexpr std::uint8_t pong = 10;        ///< Answers a ping, or comes unasked.
} // namespace opcode

/// @returns whether the frame is none of a message. Spec: RFC 6455 section 5.5.
[[nodiscard]] constexpr bool is_control(std::uint8_t code) noexcept {
    return code >= opcode::close;
}

/// Four octets. Spec: RFC 6455 section 5.3.
using masking_key = std::array<unsigned char, 4>;

/// One WebSocket frame as it stood on the wire, owning its payload.
struct decoded_frame {
    bool fin = true;         ///< The last frame of its message.
    std::uint8_t rsv = 0;    ///< The three reserved bits as a number from 0 to 7; RSV1 counts 4.
    std::uint8_t opcode = 0; ///< 0 to 15.
    std::optional<masking_key> mask{}; ///< The key; nullopt: not masked.
    std::string payload{};             ///< Unmasked.
    std::uint64_t offset = 0;          ///< Of its first octet in the stream.
    std::uint64_t transfer = 0;        ///< The number given to feed() with its first octet.

    bool operator==(const decoded_frame&) const = default;
};

/// The same over octets that somebody else keeps.
struct frame_view {
    bool fin = true;                   ///< The last frame of its message.
    std::uint8_t rsv = 0;              ///< As in decoded_frame.
    std::uint8_t opcode = 0;           ///< 0 to 15.
    std::uint8_t head_octets = 0;      ///< What stands before the payload: 2 to 14.
    std::optional<masking_key> mask{}; ///< nullopt: not masked.
    std::string_view payload{};        ///< Unmasked.
    std::uint64_t offset = 0;          ///< Of its first octet in the stream.
    std::uint64_t transfer = 0;        ///< The number given to feed() with its first octet.

    /// @returns a frame of its own.
    [[nodiscard]] decoded_frame to_frame() const {
        return {fin, rsv, opcode, mask, std::string{payload}, offset, transfer};
    }
};

} // namespace rhombus::websocket
