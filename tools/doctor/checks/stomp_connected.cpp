#include "../examination.hpp"
#include "../stream_reading.hpp"
#include "list.hpp"

#include <rhombus/report/escape.hpp>

#include <fmt/format.h>

namespace rhombus::doctor {
namespace {

using diagnosis::certainty;
using diagnosis::side;
using diagnosis::status;
using report::visible;

constexpr std::string_view our_version = "1.2";
constexpr std::size_t excerpt_octets = 120;
constexpr std::uint8_t ping_opcode = 9;
constexpr std::uint8_t pong_opcode = 10;

diagnosis::finding& blame(judgement& out, std::string_view code, std::string message,
                          std::string seen, std::vector<std::uint64_t> records) {
    const auto n = out.saw("stomp-connected", std::move(seen), std::move(records));
    auto& found = out.found(code, status::fail, std::move(message));
    found.evidence = {n};
    found.side = side::server;
    return found;
}

void judge_error(const stream_reading& stream, judgement& out) {
    const auto& frame = stream_reading::frame_of(*stream.error);
    const auto version = frame.find("version");
    const auto text = fmt::format("{} {}", visible(frame.find("message").value_or("")),
                                  visible(frame.body, excerpt_octets));
    const auto seen = fmt::format("ERROR in answer to CONNECT: {}", text);
    if (version && version->find(our_version) == std::string_view::npos)
        blame(out, "STOMP-VERSION",
              fmt::format("The server speaks STOMP {} only, this client {}.", visible(*version, 40),
                          our_version),
              seen, {stream.error->where.n});
    else
        blame(out, "STOMP-ERROR", fmt::format("The server answers CONNECT with ERROR: {}", text),
              seen, {stream.error->where.n});
}

void judge_connected(const stream_reading& stream, judgement& out) {
    const auto& frame = stream_reading::frame_of(*stream.connected);
    const auto version = frame.find("version").value_or("1.0");
    const std::vector<std::uint64_t> records{stream.connected->where.n};
    if (version != our_version) {
        blame(out, "STOMP-VERSION",
              fmt::format("The server chose STOMP {}, although only {} was offered.",
                          visible(version, 40), our_version),
              fmt::format("CONNECTED with version {}", visible(version, 40)), records);
        return;
    }
    const auto beats = frame.find("heart-beat");
    if (const auto offer = stomp::parse_heartbeat(beats); offer.has_error()) {
        blame(out, "HB-HEADER",
              fmt::format("The server's heart-beat header is malformed: {} ({}).",
                          visible(*beats, 60), stomp::explain(offer.error(), *beats)),
              fmt::format("CONNECTED with heart-beat:{}", visible(*beats, 60)), records);
        return;
    }
    out.reason = fmt::format("STOMP {}, heart-beat {}", version, beats.value_or("none"));
    out.saw("stomp-connected", fmt::format("CONNECTED, {}", out.reason), records);
}

void judge_violation(const stream_reading& stream, judgement& out) {
    const auto& broken = std::get<transcript::stomp_violation>(stream.violation->what);
    blame(out, "STOMP-FRAME",
          fmt::format("The server's answer to CONNECT is no STOMP frame: {}.",
                      describe(broken.error.code)),
          fmt::format("{} at octet {}: {}", name_of(broken.error.code), broken.error.offset,
                      visible(broken.excerpt, excerpt_octets)),
          {stream.violation->where.n});
}

std::optional<std::uint64_t> find_control(const transcript::connection_history& history,
                                          transcript::origin from, std::uint8_t opcode) {
    for (const auto& frame : history.control_frames) {
        if (frame.where.from == from && frame.what.opcode == opcode)
            return frame.where.n;
    }
    return std::nullopt;
}

void judge_silence(const stream_reading& stream, judgement& out) {
    const auto& begun = stream.history->unfinished_from_server;
    if (!begun.empty()) {
        blame(out, "STOMP-NUL",
              "The server began a frame in answer to CONNECT and never ended it: the NUL is "
              "missing.",
              fmt::format("unterminated: {}", visible(begun, excerpt_octets)),
              {stream.history->messages.back().where.n});
        return;
    }
    const auto pong = find_control(*stream.history, transcript::origin::server, pong_opcode);
    const auto ping = find_control(*stream.history, transcript::origin::client, ping_opcode);
    const auto about_pings = !ping  ? "no ping was sent"
                             : pong ? "a ping is answered: the server hears, but not its STOMP"
                                    : "a ping is not answered either: something on the way may "
                                      "pass the 101 and no data";
    auto records = std::vector{stream.history->last->n};
    for (const auto& seen : {ping, pong}) {
        if (seen)
            records.push_back(*seen);
    }
    auto& found = blame(out, "WS-DEAF", "The WebSocket is open, but CONNECT is never answered.",
                        fmt::format("no STOMP octet came within the limit; {}", about_pings),
                        std::move(records));
    found.certainty = certainty::likely;
}

judgement judge(const facts& /*known*/, const stream_reading& stream) {
    judgement out;
    if (stream.early != nullptr) {
        blame(out, "STOMP-ORDER", "The server sends other frames before CONNECTED.",
              fmt::format("{} before CONNECTED", stream_reading::frame_of(*stream.early).command),
              {stream.early->where.n});
    } else if (stream.connected != nullptr) {
        judge_connected(stream, out);
    } else if (stream.error != nullptr) {
        judge_error(stream, out);
    } else if (stream.violation != nullptr) {
        judge_violation(stream, out);
    } else if (stream.end && stream.history->unfinished_from_server.empty()) {
        blame(out, stream.end->code,
              fmt::format("{} CONNECT was not answered before.", stream.end->message),
              "the stream ended before CONNECTED", stream.end->records);
    } else {
        judge_silence(stream, out);
    }
    return out;
}

std::optional<std::string_view> blocked(const facts& known, const stream_reading& /*stream*/) {
    const auto& failure = known.stream.failure;
    if (failure && failure->at == net::stage::upgrade)
        return "ws-handshake";
    return blocked_before(known, host::stream, net::stage::upgrade);
}

} // namespace

check stomp_connected_check() {
    return {.id = "stomp-connected",
            .stage = "hello",
            .title = "CONNECT is answered by CONNECTED",
            .guide = "CONNECTED Frame Never Received",
            .phase = phase::hello,
            .needs = {"ws-handshake"},
            .rules_out = {"WS-DEAF", "STOMP-NUL", "STOMP-ERROR", "STOMP-VERSION", "STOMP-FRAME",
                          "HB-HEADER"},
            .blocked_by = blocked,
            .not_applicable = always_applicable,
            .collect = [](examination& run) { run.say_hello(); },
            .judge = judge};
}

} // namespace rhombus::doctor
