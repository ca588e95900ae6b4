#include <rhombus/websocket/frame_decoder.hpp>

#include <algorithm>

namespace rhombus::websocket {
namespace {

constexpr std::uint8_t first_control_opcode = 8;
constexpr std::uint8_t close_opcode = 8;
constexpr std::uint64_t longest_control_payload = 125;

std::uint8_t octet(char c) noexcept {
    return static_cast<std::uint8_t>(c);
}

std::uint64_t big_endian(std::string_view octets) noexcept {
    std::uint64_t value = 0;
    for (const auto each : octets)
        value = value << 8U | octet(each);
    return value;
}

bool known_opcode(std::uint8_t opcode) noexcept {
    return opcode <= 2 || (opcode >= first_control_opcode && opcode <= 10);
}

// RFC 6455 section 7.4 and the registry of section 11.7: 1012 to 1014 came later and are in use.
bool sendable_close_code(std::uint64_t code) noexcept {
    if (code >= 3000)
        return code <= 4999;
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

std::string_view broken_close(std::string_view payload) noexcept {
    if (payload.empty())
        return {};
    if (payload.size() == 1)
        return "5.5.1";
    return sendable_close_code(big_endian(payload.substr(0, 2))) ? std::string_view{} : "7.4";
}

} // namespace

/// What stands before the payload.
struct frame_decoder::prefix {
    bool fin = false;
    std::uint8_t rsv = 0;
    std::uint8_t opcode = 0;
    bool masked = false;
    std::size_t length_octets = 0; ///< Of the extended length: 0, 2 or 8.
    std::optional<std::uint64_t> payload_octets;
    std::size_t octets = 0; ///< Of the whole prefix.
};

frame_decoder::frame_decoder(sender side, std::uint64_t limit) : side_{side}, limit_{limit} {}

void frame_decoder::feed(std::string_view octets, std::uint64_t transfer) {
    if (broken_) {
        ignored_ += octets.size();
        return;
    }
    drop_consumed();
    last_transfer_ = transfer;
    last_transfer_at_ = consumed_ + buffer_.size();
    if (buffer_.empty())
        transfer_ = transfer;
    buffer_ += octets;
}

void frame_decoder::drop_consumed() {
    buffer_.erase(0, begin_);
    consumed_ += begin_;
    begin_ = 0;
}

std::string_view frame_decoder::unfinished() const noexcept {
    return broken_ ? std::string_view{} : std::string_view{buffer_}.substr(begin_);
}

/// @returns what is known of the current frame; nullopt before its second octet.
std::optional<frame_decoder::prefix> frame_decoder::read_prefix() const {
    const auto here = std::string_view{buffer_}.substr(begin_);
    if (here.size() < 2)
        return std::nullopt;

    prefix start;
    start.fin = (octet(here[0]) & 0x80U) != 0;
    start.rsv = (octet(here[0]) >> 4U) & 0x07U;
    start.opcode = octet(here[0]) & 0x0FU;
    start.masked = (octet(here[1]) & 0x80U) != 0;
    const auto length = static_cast<std::uint64_t>(octet(here[1]) & 0x7FU);
    start.length_octets = length == 127 ? 8 : length == 126 ? 2 : 0;
    start.octets = 2 + start.length_octets + (start.masked ? 4 : 0);
    if (start.length_octets == 0)
        start.payload_octets = length;
    else if (here.size() >= 2 + start.length_octets)
        start.payload_octets = big_endian(here.substr(2, start.length_octets));
    return start;
}

/// @returns the section that the frame's first octets break, as far as they are there.
std::string_view frame_decoder::broken_rule(const prefix& start) const noexcept {
    if (start.rsv != 0 || !known_opcode(start.opcode))
        return "5.2";
    if (start.masked != (side_ == sender::client))
        return "5.1";
    if (start.opcode >= first_control_opcode && (!start.fin || start.length_octets != 0))
        return "5.5";
    if (const auto rule = broken_order(start); !rule.empty())
        return rule;
    if (!start.payload_octets)
        return {};
    // The shortest encoding is required, and the highest bit must be 0.
    const auto shortest = start.length_octets == 0   ? 0
                          : start.length_octets == 2 ? longest_control_payload + 1
                                                     : std::uint64_t{0x10000};
    if (*start.payload_octets < shortest || *start.payload_octets >> 63U != 0)
        return "5.2";
    return *start.payload_octets > limit_ ? std::string_view{"10.4"} : std::string_view{};
}

/// Spec: RFC 6455 section 5.4: fragments of messages do not mix.
std::string_view frame_decoder::broken_order(const prefix& start) const noexcept {
    if (start.opcode >= first_control_opcode)
        return {};
    const auto continues = start.opcode == 0;
    return continues == inside_message_ ? std::string_view{} : "5.4";
}

violation frame_decoder::refuse(std::string_view rule) {
    violation found{.rule = rule,
                    .octets = buffer_.substr(begin_, excerpt_octets),
                    .offset = consumed_ + begin_,
                    .transfer = transfer_};
    ignored_ = buffer_.size() - begin_ - found.octets.size();
    broken_ = true;
    buffer_.clear();
    return found;
}

decoded_frame frame_decoder::take(const prefix& start) {
    decoded_frame found{.fin = start.fin,
                        .rsv = start.rsv,
                        .opcode = start.opcode,
                        .mask = {},
                        .payload = buffer_.substr(begin_ + start.octets, *start.payload_octets),
                        .offset = consumed_ + begin_,
                        .transfer = transfer_};
    if (start.masked) {
        std::array<unsigned char, 4> key{};
        std::ranges::transform(buffer_.substr(begin_ + start.octets - 4, 4), key.begin(), octet);
        for (std::size_t i = 0; i < found.payload.size(); ++i)
            found.payload[i] = static_cast<char>(octet(found.payload[i]) ^ key[i % key.size()]);
        found.mask = key;
    }
    return found;
}

std::optional<frame_decoder::item> frame_decoder::next() {
    if (broken_)
        return std::nullopt;
    const auto start = read_prefix();
    if (!start)
        return std::nullopt;
    if (const auto rule = broken_rule(*start); !rule.empty())
        return refuse(rule);
    const auto available = buffer_.size() - begin_;
    if (!start->payload_octets || available < start->octets + *start->payload_octets)
        return std::nullopt;

    auto found = take(*start);
    if (start->opcode == close_opcode)
        if (const auto rule = broken_close(found.payload); !rule.empty())
            return refuse(rule);
    begin_ += start->octets + found.payload.size();
    if (consumed_ + begin_ >= last_transfer_at_)
        transfer_ = last_transfer_;
    if (start->opcode < first_control_opcode)
        inside_message_ = !start->fin;
    return found;
}

} // namespace rhombus::websocket
