#include "frame_tap.hpp"

#include <rhombus/websocket/close.hpp>

#include <string>
#include <utility>

namespace rhombus::net {
namespace {

using transcript::origin;

std::string hexadecimal(const std::array<unsigned char, 4>& octets) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto each : octets)
        text.append(1, digits[each >> 4U]).append(1, digits[each & 0x0FU]);
    return text;
}

} // namespace

void frame_tap::see_received(std::string_view octets, std::uint64_t number, incoming& next) {
    see(origin::server, octets, number, &next);
}

void frame_tap::see_sent(std::string_view octets, std::uint64_t number) {
    see(origin::client, octets, number, nullptr);
}

void frame_tap::see(origin from, std::string_view octets, std::uint64_t number, incoming* next) {
    auto& side = from == origin::server ? received_ : sent_;
    const bool over = side.broken();
    side.feed(octets, number);
    if (over)
        return;
    const auto now = watch_.frames ? clock::now() : time_point{};
    while (side.next() == websocket::frame_token::frame) {
        show(from, side.frame(), now);
        if (next != nullptr)
            next->take(side.frame());
    }
    if (!side.broken())
        return;
    write_violation(from, side.violation());
    if (next != nullptr)
        next->refuse(side.violation().code);
}

void frame_tap::show(origin from, const websocket::frame_view& frame, time_point now) {
    if (watch_.frames)
        watch_.frames->take({watch_.conn, from, now, &frame});
    if (!watch_.frames || websocket::is_control(frame.opcode))
        write_frame(from, frame);
}

void frame_tap::write_frame(origin from, const websocket::frame_view& frame) {
    if (from == origin::server && frame.opcode == websocket::opcode::close)
        close_code_ = websocket::close_code(frame.payload);
    transcript::ws_frame record;
    record.fin = frame.fin;
    record.rsv = frame.rsv;
    record.opcode = frame.opcode;
    if (frame.mask)
        record.mask = hexadecimal(*frame.mask);
    record.octets = frame.payload.size();
    record.read = frame.transfer;
    record.payload = frame.payload;
    watch_.log(from, std::move(record));
}

void frame_tap::write_violation(origin from, const websocket::violation& found) {
    watch_.log(from, transcript::ws_raw{found.excerpt,
                                        std::string{websocket::source_of(found.code).section}});
}

void frame_tap::finish() {
    if (std::exchange(finished_, true))
        return;
    write_rest(origin::server, received_);
    write_rest(origin::client, sent_);
}

void frame_tap::write_rest(origin from, const websocket::frame_decoder& side) {
    if (side.ignored() > 0)
        watch_.log(from, transcript::drop{side.ignored(), "octets behind a WebSocket violation"});
    if (const auto rest = side.unfinished(); rest > 0)
        watch_.log(from, transcript::note{std::to_string(rest) +
                                          " octets of a WebSocket frame that never ended"});
}

} // namespace rhombus::net
