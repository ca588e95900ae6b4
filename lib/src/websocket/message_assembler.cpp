#include "inflater.hpp"

#include <rhombus/utf8.hpp>
#include <rhombus/websocket/close.hpp>
#include <rhombus/websocket/message_assembler.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>

namespace rhombus::websocket {
namespace {

constexpr std::uint8_t rsv1 = 4;

std::string hexadecimal(char octet) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto value = static_cast<unsigned char>(octet);
    return {'0', 'x', digits[value >> 4U], digits[value & 0x0FU]};
}

/// @returns the index of the first octet that breaks a text which comes whole; its size when it
/// ends inside a character; nullopt when it is UTF-8.
std::optional<std::size_t> broken_at(std::string_view text) noexcept {
    if (well_formed_utf8(text))
        return std::nullopt;
    utf8_check check;
    return check.feed(text).value_or(text.size());
}

bool forgets_context(sender side, const deflate_parameters& agreed) noexcept {
    return side == sender::server ? agreed.server_no_context_takeover
                                  : agreed.client_no_context_takeover;
}

} // namespace

message_assembler::message_assembler(const assembler_options& options)
    : options_{options}, inflater_{options.deflate ? std::make_unique<inflater>() : nullptr} {}
message_assembler::message_assembler(message_assembler&& other) noexcept = default;
message_assembler& message_assembler::operator=(message_assembler&& other) noexcept = default;
message_assembler::~message_assembler() = default;

message_token message_assembler::take(const frame_view& frame) {
    if (violation_)
        return message_token::violation;
    if (is_control(frame.opcode))
        return take_control(frame);
    if (closed_)
        return refuse(errc::data_after_close, frame, "no data frame behind the Close", "one");
    if (frame.opcode != opcode::continuation)
        begin(frame);
    else if (++message_.frames > options_.fragment_limit)
        return refuse(errc::too_many_fragments, frame,
                      "a message of at most " + std::to_string(options_.fragment_limit) + " frames",
                      "one more");
    if (frame.opcode != opcode::continuation && frame.fin && !message_.compressed)
        return take_whole(frame);
    return take_part(frame);
}

message_token message_assembler::take_control(const frame_view& frame) {
    if (frame.opcode != opcode::close)
        return message_token::control;
    closed_ = true;
    const auto reason = close_reason(frame.payload);
    if (const auto index = broken_at(reason)) {
        const auto begin = frame.payload.size() - reason.size();
        return refuse_text(
            errc::close_reason_not_utf8, frame, reason,
            {.index = *index, .offset = frame.offset + frame.head_octets + begin + *index});
    }
    return message_token::control;
}

void message_assembler::begin(const frame_view& frame) {
    joined_.clear();
    message_ = {.kind = frame.opcode == opcode::text ? message_kind::text : message_kind::binary,
                .offset = frame.offset,
                .transfer = frame.transfer,
                .compressed = inflater_ && (frame.rsv & rsv1) != 0};
}

message_token message_assembler::take_whole(const frame_view& frame) {
    if (frame.payload.size() > options_.message_limit)
        return refuse_length(frame, frame.payload.size());
    if (message_.kind == message_kind::text)
        if (const auto index = broken_at(frame.payload))
            return refuse_text(
                errc::text_not_utf8, frame, frame.payload,
                {.index = *index, .offset = frame.offset + frame.head_octets + *index});
    message_.payload = frame.payload;
    return message_token::message;
}

message_token message_assembler::take_part(const frame_view& frame) {
    const auto before = joined_.size();
    if (const auto broken = message_.compressed ? inflate(frame) : join(frame))
        return *broken;
    if (message_.kind == message_kind::text)
        if (const auto broken = check_text(frame, before))
            return *broken;
    if (!frame.fin)
        return message_token::fragment;
    message_.payload = joined_.view();
    return message_token::message;
}

std::optional<message_token> message_assembler::join(const frame_view& frame) {
    const auto octets = frame.payload;
    if (octets.size() > options_.message_limit - joined_.size())
        return refuse_length(frame, joined_.size() + octets.size());
    auto* const to = joined_.extend(octets.size(), options_.message_limit).data();
    if (!octets.empty())
        std::memcpy(to, octets.data(), octets.size());
    return std::nullopt;
}

std::optional<message_token> message_assembler::inflate(const frame_view& frame) {
    const auto limit = options_.message_limit;
    auto result = inflater_->add(frame.payload, joined_, limit);
    if (result == inflater::outcome::good && frame.fin) {
        result = inflater_->end(joined_, limit);
        if (forgets_context(options_.side, *options_.deflate))
            inflater_->forget_context();
    }
    switch (result) {
    case inflater::outcome::corrupt:
        return refuse(errc::corrupt_deflate_data, frame, "blocks of DEFLATE",
                      "none behind inflated octet " + std::to_string(joined_.size()));
    case inflater::outcome::too_long:
        return refuse(errc::inflated_too_long, frame,
                      "at most " + std::to_string(limit) + " octets when inflated", "more");
    case inflater::outcome::good:
        break;
    }
    return std::nullopt;
}

/// @param before how many octets of the text are checked.
std::optional<message_token> message_assembler::check_text(const frame_view& frame,
                                                           std::size_t before) {
    const auto text = joined_.view();
    auto index = text_.feed(text.substr(before));
    if (!index && frame.fin && !text_.complete())
        index = text.size() - before;
    if (!index)
        return std::nullopt;
    const auto inside = message_.compressed ? 0 : frame.head_octets + *index;
    return refuse_text(errc::text_not_utf8, frame, text,
                       {.index = before + *index, .offset = frame.offset + inside});
}

message_token message_assembler::refuse_length(const frame_view& frame, std::uint64_t octets) {
    return refuse(errc::message_too_long, frame,
                  "a message of at most " + std::to_string(options_.message_limit) + " octets",
                  "at least " + std::to_string(octets));
}

message_token message_assembler::refuse(errc code, const frame_view& frame, std::string expected,
                                        std::string got) {
    violation_ = {.code = code,
                  .offset = frame.offset,
                  .frame = frame.offset,
                  .transfer = frame.transfer,
                  .expected = std::move(expected),
                  .got = std::move(got),
                  .excerpt = std::string{frame.payload.substr(0, violation::text_excerpt_octets)}};
    return message_token::violation;
}

message_token message_assembler::refuse_text(errc code, const frame_view& frame,
                                             std::string_view text, place where) {
    constexpr auto half = violation::text_excerpt_octets / 2;
    const auto begin = where.index < half ? 0 : where.index - half;
    auto got = where.index < text.size() ? hexadecimal(text[where.index]) : "the end of the text";
    got += " at octet " + std::to_string(where.index) + " of the text";
    refuse(code, frame, "UTF-8", std::move(got));
    violation_->offset = where.offset;
    violation_->excerpt = text.substr(begin, violation::text_excerpt_octets);
    violation_->caret = where.index - begin;
    return message_token::violation;
}

} // namespace rhombus::websocket
