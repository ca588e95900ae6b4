#include "frame_head.hpp"

#include <algorithm>

namespace rhombus::websocket {
namespace {

constexpr std::uint8_t two_octets_follow = 126;
constexpr std::uint8_t eight_octets_follow = 127;

std::uint8_t octet(char c) noexcept {
    return static_cast<std::uint8_t>(c);
}

std::uint64_t big_endian(std::string_view octets) noexcept {
    std::uint64_t value = 0;
    for (const auto each : octets)
        value = value << 8U | octet(each);
    return value;
}

} // namespace

frame_head read_frame_head(std::string_view octets) noexcept {
    frame_head head;
    head.fin = (octet(octets[0]) & 0x80U) != 0;
    head.rsv = (octet(octets[0]) >> 4U) & 0x07U;
    head.opcode = octet(octets[0]) & 0x0FU;
    head.masked = (octet(octets[1]) & 0x80U) != 0;
    const std::uint8_t length = octet(octets[1]) & 0x7FU;
    head.length_octets = length == eight_octets_follow ? 8 : length == two_octets_follow ? 2 : 0;
    const auto key_begin = first_head_octets + head.length_octets;
    head.octets = static_cast<std::uint8_t>(key_begin + (head.masked ? head.key.size() : 0));

    head.length_known = octets.size() >= key_begin;
    if (head.length_octets == 0)
        head.payload_octets = length;
    else if (head.length_known)
        head.payload_octets = big_endian(octets.substr(first_head_octets, head.length_octets));
    head.whole = octets.size() >= head.octets;
    if (head.masked && head.whole)
        std::ranges::transform(octets.substr(key_begin, head.key.size()), head.key.begin(), octet);
    return head;
}

std::string head_octets_of(const frame_view& frame) {
    const std::size_t length_octets =
        frame.head_octets - first_head_octets - (frame.mask ? frame.mask->size() : 0);
    const auto length = length_octets == 8   ? std::size_t{eight_octets_follow}
                        : length_octets == 2 ? std::size_t{two_octets_follow}
                                             : frame.payload.size();
    std::string octets;
    octets +=
        static_cast<char>((frame.fin ? 0x80U : 0U) | unsigned{frame.rsv} << 4U | frame.opcode);
    octets += static_cast<char>((frame.mask ? 0x80U : 0U) | length);
    for (auto i = length_octets; i-- > 0;)
        octets += static_cast<char>(frame.payload.size() >> (8 * i));
    if (frame.mask)
        octets.append(frame.mask->begin(), frame.mask->end());
    return octets;
}

} // namespace rhombus::websocket
