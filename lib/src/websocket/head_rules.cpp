#include "head_rules.hpp"

#include <boost/assert.hpp>

#include <array>
#include <string_view>

namespace rhombus::websocket {
namespace {

constexpr std::uint8_t rsv1 = 4;
constexpr std::uint64_t longest_control_payload = 125;
constexpr std::uint64_t least_of_eight_octets = 0x10000;
constexpr unsigned highest_bit = 63;

bool known(std::uint8_t code) noexcept {
    return code <= opcode::binary || (code >= opcode::close && code <= opcode::pong);
}

std::optional<errc> broken_bits(const frame_head& head, extension_in_use extension) noexcept {
    if (head.rsv == 0)
        return std::nullopt;
    if (extension == extension_in_use::none || head.rsv != rsv1)
        return errc::reserved_bits;
    if (is_control(head.opcode))
        return errc::compressed_control_frame;
    if (head.opcode == opcode::continuation)
        return errc::compressed_continuation;
    return std::nullopt;
}

std::optional<errc> broken_control(const frame_head& head) noexcept {
    if (!head.fin)
        return errc::fragmented_control_frame;
    if (head.length_octets != 0)
        return errc::long_control_frame;
    return std::nullopt;
}

std::optional<errc> broken_order(const frame_head& head, message_state state) noexcept {
    const bool inside = state == message_state::inside_message;
    if ((head.opcode == opcode::continuation) == inside)
        return std::nullopt;
    return inside ? errc::message_inside_message : errc::continuation_without_start;
}

std::optional<errc> broken_length(const frame_head& head, std::uint64_t limit) noexcept {
    const auto least = head.length_octets == 0   ? 0
                       : head.length_octets == 2 ? longest_control_payload + 1
                                                 : least_of_eight_octets;
    if (head.payload_octets < least)
        return errc::length_not_minimal;
    if (head.payload_octets >> highest_bit != 0)
        return errc::length_out_of_range;
    if (head.payload_octets > limit)
        return errc::frame_too_long;
    return std::nullopt;
}

std::string bits(std::uint8_t rsv) {
    std::string text;
    for (const auto bit : {4U, 2U, 1U})
        text += (rsv & bit) != 0 ? '1' : '0';
    return text;
}

std::string octets(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " octet" : " octets");
}

std::string frame_of(std::uint8_t code) {
    switch (code) {
    case opcode::continuation:
        return "a continuation";
    case opcode::text:
        return "a text frame";
    case opcode::binary:
        return "a binary frame";
    case opcode::close:
        return "a Close";
    case opcode::ping:
        return "a Ping";
    case opcode::pong:
        return "a Pong";
    default:
        return "opcode " + std::to_string(code);
    }
}

std::string minimal_length(std::uint64_t payload_octets) {
    if (payload_octets <= longest_control_payload)
        return "a length of 7 bits";
    return "a length of 2 octets";
}

} // namespace

std::optional<errc> broken_rule(const frame_head& head, const decoder_options& options,
                                message_state state) noexcept {
    if (const auto broken = broken_bits(head, options.extension))
        return broken;
    if (!known(head.opcode))
        return errc::unknown_opcode;
    if (head.masked != (options.side == sender::client))
        return head.masked ? errc::masked_by_server : errc::unmasked_by_client;
    if (const auto broken =
            is_control(head.opcode) ? broken_control(head) : broken_order(head, state))
        return broken;
    return head.length_known ? broken_length(head, options.payload_limit) : std::nullopt;
}

head_contrast contrast(errc code, const frame_head& head, const decoder_options& options) {
    switch (code) {
    case errc::reserved_bits:
        return {0,
                options.extension == extension_in_use::none ? "reserved bits 000"
                                                            : "reserved bits 000 or 100",
                bits(head.rsv)};
    case errc::compressed_control_frame:
    case errc::compressed_continuation:
        return {0, "reserved bits 000 on " + frame_of(head.opcode), bits(head.rsv)};
    case errc::unknown_opcode:
        return {0, "opcode 0, 1, 2, 8, 9 or 10", frame_of(head.opcode)};
    case errc::masked_by_server:
        return {1, "no mask on a server's frame", "a masked one"};
    case errc::unmasked_by_client:
        return {1, "a mask on a client's frame", "none"};
    case errc::fragmented_control_frame:
        return {0, "FIN on " + frame_of(head.opcode), "none"};
    case errc::long_control_frame:
        return {1, "at most 125 octets in " + frame_of(head.opcode),
                head.length_known ? octets(head.payload_octets) : "more"};
    case errc::continuation_without_start:
        return {0, "a text, binary or control frame", frame_of(head.opcode)};
    case errc::message_inside_message:
        return {0, "a continuation or a control frame", frame_of(head.opcode)};
    case errc::length_not_minimal:
        return {1, minimal_length(head.payload_octets) + " for " + octets(head.payload_octets),
                "one of " + octets(head.length_octets)};
    case errc::length_out_of_range:
        return {first_head_octets, "a length below 2^63", std::to_string(head.payload_octets)};
    default:
        BOOST_ASSERT(code == errc::frame_too_long);
        return {1, "a frame of at most " + octets(options.payload_limit),
                octets(head.payload_octets)};
    }
}

} // namespace rhombus::websocket
