#pragma once

#include <rhombus/websocket/frame.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rhombus::websocket {

/// What stands before the payload, as far as it has come. Spec: RFC 6455 section 5.2.
struct frame_head {
    bool fin = false;
    std::uint8_t rsv = 0;
    std::uint8_t opcode = 0;
    bool masked = false;
    std::uint8_t length_octets = 0;   ///< Of the extended length: 0, 2 or 8.
    std::uint8_t octets = 2;          ///< Of the whole head.
    bool length_known = false;        ///< The extended length has come, or there is none.
    bool whole = false;               ///< The masking key has come too, or there is none.
    std::uint64_t payload_octets = 0; ///< Only when length_known.
    masking_key key{};                ///< Only when whole and masked.
};

inline constexpr std::size_t first_head_octets = 2;

/// @param octets at least first_head_octets of them.
[[nodiscard]] frame_head read_frame_head(std::string_view octets) noexcept;
/// @returns the octets that the head of this frame had on the wire.
[[nodiscard]] std::string head_octets_of(const frame_view& frame);

} // namespace rhombus::websocket
