#include "incoming.hpp"

namespace rhombus::net {
namespace {

using websocket::errc;
using websocket::message_token;
using namespace std::string_view_literals;

/// The shortest octets that break a rule: Beast refuses them with its own error and Close code,
/// whatever it has not seen of the stream before. Empty where its part is over already.
std::string_view breach_of(errc rule) {
    switch (rule) {
    case errc::reserved_bits:
    case errc::compressed_control_frame:
    case errc::compressed_continuation:
    case errc::corrupt_deflate_data: // No extension was agreed on.
        return "\xC1\x00"sv;
    case errc::unknown_opcode:
        return "\x83\x00"sv;
    case errc::masked_by_server:
    case errc::unmasked_by_client:
        return "\x81\x80\x00\x00\x00\x00"sv;
    case errc::fragmented_control_frame:
        return "\x09\x00"sv;
    case errc::long_control_frame:
        return "\x89\x7E\x00\x7E"sv;
    case errc::continuation_without_start:
        return "\x80\x00"sv;
    case errc::message_inside_message:
        return "\x01\x00\x81\x00"sv;
    case errc::length_not_minimal:
    case errc::length_out_of_range:
        return "\x82\x7E\x00\x00"sv;
    case errc::frame_too_long:
    case errc::message_too_long:
    case errc::inflated_too_long:
    case errc::too_many_fragments:
        return "\x82\x7F\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"sv;
    case errc::one_octet_close:
        return "\x88\x01\x03"sv;
    case errc::close_code_not_sendable:
        return "\x88\x02\x03\xED"sv; // 1005
    case errc::close_reason_not_utf8:
        return "\x88\x03\x03\xE8\xFF"sv;
    case errc::text_not_utf8:
        return "\x81\x01\xFF"sv;
    case errc::data_after_close:
        break;
    }
    return {};
}

} // namespace

incoming::incoming(std::uint64_t message_limit, listener hear)
    : hear_{std::move(hear)}, messages_{websocket::assembler_options{
                                  .side = websocket::sender::server,
                                  .message_limit = message_limit,
                              }} {}

void incoming::take(const websocket::frame_view& frame) {
    if (refused_)
        return;
    switch (messages_.take(frame)) {
    case message_token::fragment:
        return;
    case message_token::message:
        return hear_(messages_.message());
    case message_token::control:
        control_ +=
            {static_cast<char>(0x80U | frame.opcode), static_cast<char>(frame.payload.size())};
        control_ += frame.payload;
        return;
    case message_token::violation:
        return refuse(messages_.violation().code);
    }
}

void incoming::refuse(errc rule) {
    if (!std::exchange(refused_, true))
        control_ += breach_of(rule);
}

} // namespace rhombus::net
