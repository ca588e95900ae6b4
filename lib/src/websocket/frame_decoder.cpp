#include "frame_head.hpp"
#include "head_rules.hpp"
#include "masking.hpp"

#include <rhombus/websocket/close.hpp>
#include <rhombus/websocket/frame_decoder.hpp>

#include <boost/assert.hpp>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

namespace rhombus::websocket {
namespace {

std::optional<errc> broken_close(std::string_view payload) noexcept {
    if (payload.size() == 1)
        return errc::one_octet_close;
    const auto code = close_code(payload);
    if (code && !sendable_close_code(*code))
        return errc::close_code_not_sendable;
    return std::nullopt;
}

} // namespace

frame_decoder::frame_decoder(decoder_options options) : options_{options} {}

void frame_decoder::take(std::string_view octets, std::uint64_t transfer) {
    if (stage_ == stage::broken) {
        ignored_ += octets.size();
        return;
    }
    BOOST_ASSERT(input_.empty());
    input_ = octets;
    transfer_ = transfer;
}

frame_token frame_decoder::advance() {
    if (stage_ == stage::head)
        return read_head();
    return stage_ == stage::payload ? read_payload() : frame_token::violation;
}

std::uint64_t frame_decoder::unfinished() const noexcept {
    if (stage_ == stage::broken)
        return 0;
    return stage_ == stage::head ? held_octets_ : frame_.head_octets + payload_.size();
}

// A head that arrives whole is read where it stands; one in pieces is held until it is whole. It is
// judged as soon as two octets are there.
frame_token frame_decoder::read_head() {
    for (;;) {
        const auto here = held_octets_ == 0 ? input_ : std::string_view{held_.data(), held_octets_};
        auto wanted = first_head_octets;
        if (here.size() >= first_head_octets) {
            const auto head = read_frame_head(here);
            if (const auto broken = broken_rule(head, options_, state_))
                return refuse_head(*broken, head);
            if (head.whole) {
                begin_payload(head);
                return read_payload();
            }
            wanted = head.octets;
        }
        if (input_.empty())
            return frame_token::need_more;
        hold_head(wanted);
    }
}

/// Moves octets of the input to the held head until it has this many.
void frame_decoder::hold_head(std::size_t octets) {
    if (held_octets_ == 0) {
        frame_.offset = position_;
        frame_.transfer = transfer_;
    }
    const auto count = std::min(octets - held_octets_, input_.size());
    std::memcpy(held_.data() + held_octets_, input_.data(), count);
    held_octets_ = static_cast<std::uint8_t>(held_octets_ + count);
    input_.remove_prefix(count);
    position_ += count;
}

void frame_decoder::begin_payload(const frame_head& head) {
    if (held_octets_ == 0) {
        frame_.offset = position_;
        frame_.transfer = transfer_;
        input_.remove_prefix(head.octets);
        position_ += head.octets;
    }
    held_octets_ = 0;
    frame_.fin = head.fin;
    frame_.rsv = head.rsv;
    frame_.opcode = head.opcode;
    frame_.head_octets = head.octets;
    frame_.mask = head.masked ? std::optional{head.key} : std::nullopt;
    payload_octets_ = head.payload_octets;
    payload_.clear();
    stage_ = stage::payload;
}

frame_token frame_decoder::read_payload() {
    const auto missing = static_cast<std::size_t>(payload_octets_) - payload_.size();
    const auto octets = input_.substr(0, missing);
    input_.remove_prefix(octets.size());
    position_ += octets.size();
    if (octets.size() == payload_octets_ && !frame_.mask) {
        frame_.payload = octets;
    } else {
        const auto index = payload_.size();
        auto* const to = payload_.extend(octets.size(), payload_octets_).data();
        if (frame_.mask)
            apply_mask(to, octets, *frame_.mask, index);
        else if (!octets.empty())
            std::memcpy(to, octets.data(), octets.size());
        if (octets.size() < missing)
            return frame_token::need_more;
        frame_.payload = payload_.view();
    }
    return end_frame();
}

frame_token frame_decoder::end_frame() {
    if (frame_.opcode == opcode::close)
        if (const auto broken = broken_close(frame_.payload))
            return refuse_close(*broken);
    if (!is_control(frame_.opcode))
        state_ = frame_.fin ? message_state::between_messages : message_state::inside_message;
    stage_ = stage::head;
    return frame_token::frame;
}

frame_token frame_decoder::refuse_head(errc code, const frame_head& head) {
    auto [index, expected, got] = contrast(code, head, options_);
    const auto begin = held_octets_ == 0 ? position_ : frame_.offset;
    return refuse({.code = code,
                   .offset = begin + index,
                   .frame = begin,
                   .transfer = held_octets_ == 0 ? transfer_ : frame_.transfer,
                   .expected = std::move(expected),
                   .got = std::move(got),
                   .excerpt = {held_.data(), held_octets_}});
}

frame_token frame_decoder::refuse_close(errc code) {
    auto wire = std::string{frame_.payload};
    if (frame_.mask)
        apply_mask(wire.data(), frame_.payload, *frame_.mask, 0);
    const bool half = code == errc::one_octet_close;
    return refuse({.code = code,
                   .offset = frame_.offset + frame_.head_octets,
                   .frame = frame_.offset,
                   .transfer = frame_.transfer,
                   .expected = half ? "no payload, or a code of 2 octets"
                                    : "a code of 1000 to 1003, 1007 to 1014 or 3000 to 4999",
                   .got = half ? "1 octet" : std::to_string(*close_code(frame_.payload)),
                   .excerpt = head_octets_of(frame_) + wire});
}

/// @param found with the octets of the frame that are not in the input any more.
frame_token frame_decoder::refuse(websocket::violation found) {
    const auto shown = input_.substr(0, violation::excerpt_octets - found.excerpt.size());
    found.excerpt += shown;
    found.caret = std::min<std::size_t>(found.offset - found.frame, found.excerpt.size());
    ignored_ = input_.size() - shown.size();
    input_ = {};
    stage_ = stage::broken;
    violation_ = std::move(found);
    return frame_token::violation;
}

} // namespace rhombus::websocket
