#include "frame_tap.hpp"

#include <string>
#include <utility>
#include <variant>

namespace rhombus::net {
namespace {

using transcript::origin;
constexpr std::uint8_t close_opcode = 8;

std::string hexadecimal(const std::array<unsigned char, 4>& octets) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto each : octets)
        text.append(1, digits[each >> 4U]).append(1, digits[each & 0x0FU]);
    return text;
}

std::optional<std::uint16_t> code_of(const std::string& payload) {
    if (payload.size() < 2)
        return std::nullopt;
    const auto high = static_cast<unsigned char>(payload[0]);
    const auto low = static_cast<unsigned char>(payload[1]);
    return static_cast<std::uint16_t>(high << 8U | low);
}

} // namespace

void frame_tap::see(passage way, std::string_view octets, std::uint64_t number) {
    const auto from = way == passage::received ? origin::server : origin::client;
    auto& side = way == passage::received ? received_ : sent_;
    side.feed(octets, number);
    while (auto item = side.next()) {
        if (const auto* frame = std::get_if<websocket::decoded_frame>(&*item)) {
            write_frame(from, *frame);
            continue;
        }
        auto& broken = std::get<websocket::violation>(*item);
        log_(from, transcript::ws_raw{std::move(broken.octets), std::string{broken.rule}});
    }
}

void frame_tap::write_frame(origin from, const websocket::decoded_frame& frame) {
    if (from == origin::server && frame.opcode == close_opcode)
        close_code_ = code_of(frame.payload);
    transcript::ws_frame record;
    record.fin = frame.fin;
    record.rsv = frame.rsv;
    record.opcode = frame.opcode;
    if (frame.mask)
        record.mask = hexadecimal(*frame.mask);
    record.octets = frame.payload.size();
    record.read = frame.transfer;
    record.payload = frame.payload;
    log_(from, std::move(record));
}

void frame_tap::finish() {
    if (std::exchange(finished_, true))
        return;
    write_rest(origin::server, received_);
    write_rest(origin::client, sent_);
}

void frame_tap::write_rest(origin from, const websocket::frame_decoder& side) {
    if (side.ignored() > 0)
        log_(from, transcript::drop{side.ignored(), "octets behind a WebSocket violation"});
    if (const auto rest = side.unfinished().size(); rest > 0)
        log_(from, transcript::note{std::to_string(rest) +
                                    " octets of a WebSocket frame that never ended"});
}

} // namespace rhombus::net
