#include "stream_reading.hpp"

#include <rhombus/report/escape.hpp>
#include <rhombus/stomp/heartbeat_ledger.hpp>
#include <rhombus/utf8.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace rhombus::doctor {
namespace {

using std::chrono::milliseconds;
using transcript::connection_history;
using transcript::origin;
using transcript::stomp_item;

const stomp::parsed_frame* as_frame(const stomp_item& item) {
    return std::get_if<stomp::parsed_frame>(&item.what);
}

bool is_command(const stomp_item& item, std::string_view command) {
    const auto* whole = as_frame(item);
    return whole != nullptr && whole->frame.command == command;
}

/// Matched by `subscription`; a MESSAGE that names none is ours, as there is only one.
bool is_ours(const stream_reading& reading, const stomp::frame& message) {
    const auto subscription = message.find("subscription");
    if (!subscription || reading.subscribe == nullptr)
        return true;
    return subscription == stream_reading::frame_of(*reading.subscribe).find("id");
}

void keep_first(const stomp_item*& slot, const stomp_item& item) {
    if (slot == nullptr)
        slot = &item;
}

void take_message(stream_reading& out, const stomp_item& item) {
    if (!is_ours(out, stream_reading::frame_of(item))) {
        ++out.stray_messages;
        return;
    }
    ++out.messages;
    keep_first(out.message, item);
}

void take_frame(stream_reading& out, const stomp_item& item) {
    if (is_command(item, "CONNECTED"))
        return keep_first(out.connected == nullptr ? out.connected : out.second_connected, item);
    if (out.error != nullptr) // Nothing counts that comes after ERROR.
        return;
    if (is_command(item, "ERROR"))
        return keep_first(out.error, item);
    if (out.connected == nullptr)
        return keep_first(out.early, item);
    if (is_command(item, "RECEIPT"))
        return keep_first(out.receipt, item);
    take_message(out, item);
}

void take_server_item(stream_reading& out, const stomp_item& item, const stomp_item* before) {
    if (std::holds_alternative<transcript::stomp_violation>(item.what))
        return keep_first(out.violation, item);
    if (as_frame(item) != nullptr)
        return take_frame(out, item);
    // Many brokers end a frame by NUL and LF: such an EOL comes in the frame's own message.
    const bool ends_a_frame = before != nullptr && before->where.n == item.where.n;
    if (!ends_a_frame && out.connected != nullptr)
        out.beats.push_back(&item);
}

stomp::heartbeat_plan read_plan(const stream_reading& reading) {
    const auto* connect = reading.history->find(origin::client, "CONNECT");
    if (connect == nullptr || reading.connected == nullptr)
        return {};
    const auto offer = [](const stomp_item& item) {
        const auto parsed =
            stomp::parse_heartbeat(stream_reading::frame_of(item).find("heart-beat"));
        return parsed.has_value() ? *parsed : stomp::heartbeat_offer{};
    };
    return stomp::negotiate(offer(*connect), offer(*reading.connected));
}

std::string quoted(std::string_view reason) {
    return reason.empty() ? std::string{} : fmt::format(" “{}”", report::visible(reason, 123));
}

/// Close codes that may stand on the wire (RFC 6455 section 7.4, IANA registry).
bool may_be_sent(std::uint16_t code) {
    const bool defined =
        code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
    return defined || (code >= 3000 && code <= 4999);
}

std::optional<std::string> close_violation(const connection_history& history) {
    const auto& theirs = *history.close_from_server;
    if (theirs.code && !may_be_sent(*theirs.code))
        return fmt::format("a Close with code {}, which may not be sent", *theirs.code);
    if (!well_formed_utf8(theirs.reason))
        return "a Close whose reason is not UTF-8";
    for (const auto& frame : history.control_frames) {
        if (frame.where.n == theirs.where.n && frame.what.octets == 1)
            return "a Close of one octet";
    }
    return std::nullopt;
}

std::optional<stream_reading::websocket_violation>
read_websocket_violation(const connection_history& history) {
    constexpr std::string_view limits_of_ours = "10.4"; // No rule that the server breaks.
    for (const auto& raw : history.not_websocket) {
        if (raw.where.from == origin::server && raw.what.rule != limits_of_ours)
            return stream_reading::websocket_violation{
                fmt::format("octets against RFC 6455 section {}", raw.what.rule), raw.where.n};
    }
    for (const auto& message : history.messages) {
        constexpr std::uint8_t text = 1;
        const bool theirs = message.where.from == origin::server && message.opcode == text;
        if (theirs && !well_formed_utf8(message.payload))
            return stream_reading::websocket_violation{"a text message that is not UTF-8",
                                                       message.where.n};
    }
    if (!history.close_from_server)
        return std::nullopt;
    if (auto what = close_violation(history))
        return stream_reading::websocket_violation{std::move(*what),
                                                   history.close_from_server->where.n};
    return std::nullopt;
}

std::optional<stream_end> read_end(const connection_history& history, const stomp_item* error) {
    const auto& theirs = history.close_from_server;
    const auto& ours = history.close_from_client;
    // After ERROR both sides close: the server's code tells, whoever was faster. Our own code
    // coming back behind ours is an answer, and tells nothing (RFC 6455 section 5.5.1).
    const bool before_ours = theirs && (!ours || theirs->where.n < ours->where.n);
    const bool own_after_error = error != nullptr && theirs && ours && theirs->code != ours->code;
    if (before_ours || own_after_error) {
        const auto code = theirs->code.value_or(1005);
        return stream_end{fmt::format("CLOSE-{}", code),
                          theirs->code ? fmt::format("The server closed the stream with code {}{}.",
                                                     code, quoted(theirs->reason))
                                       : "The server closed the stream without a code (1005).",
                          {theirs->where.n}};
    }
    if (error != nullptr)
        return stream_end{"STOMP-ERROR", "The server ended the stream by ERROR.", {error->where.n}};
    constexpr std::uint16_t message_too_big = 1009;
    if (ours && ours->code == message_too_big)
        return stream_end{"CLOSE-1009",
                          "The server sent a message longer than this client takes, which ended "
                          "the stream with code 1009.",
                          {ours->where.n}};
    if (ours || !history.closed)
        return std::nullopt;
    const auto& by = history.closed->what.by;
    return stream_end{"CLOSE-1006",
                      fmt::format("The connection ended without a Close frame (1006): {}.",
                                  by == "rst"   ? "it was reset"
                                  : by == "fin" ? "the other side ended it"
                                                : "it timed out"),
                      {history.closed->where.n}};
}

stomp::moment moment_of(std::int64_t t_ns) {
    return {stomp::time_point{std::chrono::nanoseconds{t_ns}}};
}

milliseconds length_of(const stomp::gap& one) {
    return std::chrono::duration_cast<milliseconds>(one.length());
}

/// Any octet of a STOMP message is life; pings are not (STOMP 1.2, Heart-beating).
void measure_silence(stream_reading& out, std::int64_t until_ns) {
    const auto begin_ns = out.connected->where.when.t_ns;
    const auto end_ns = std::max(until_ns, begin_ns);
    stomp::gap_ledger heard{stomp::allowed_silence(out.plan.expect_every), moment_of(begin_ns)};
    for (const auto& message : out.history->messages) {
        const auto t_ns = message.where.when.t_ns;
        if (message.where.from == origin::server && t_ns <= end_ns)
            heard.take(moment_of(t_ns), message.payload.size(), stomp::sign_of_life::data);
    }
    const auto account = heard.until(moment_of(end_ns));
    out.longest_silence = length_of(account.longest);
    out.last_silence = length_of(account.last);
    out.observed = length_of({moment_of(begin_ns), moment_of(end_ns)});
}

} // namespace

const stomp::frame& stream_reading::frame_of(const stomp_item& item) {
    return std::get<stomp::parsed_frame>(item.what).frame;
}

bool stream_reading::in_order() const {
    if (connected == nullptr || early != nullptr)
        return false;
    const auto& frame = frame_of(*connected);
    return frame.find("version") == "1.2" &&
           stomp::parse_heartbeat(frame.find("heart-beat")).has_value();
}

stream_reading read_stream(const facts& known) {
    stream_reading out;
    out.history = known.connection(host::stream);
    if (out.history == nullptr)
        return out;
    const stomp_item* before = nullptr;
    for (const auto& item : out.history->stomp) {
        if (item.where.from == origin::server) {
            take_server_item(out, item, before);
            before = &item;
        } else if (out.subscribe == nullptr && is_command(item, "SUBSCRIBE")) {
            out.subscribe = &item;
        }
    }
    if (!known.goodbye_said)
        out.end = read_end(*out.history, out.error);
    out.bad_websocket = read_websocket_violation(*out.history);
    out.plan = read_plan(out);
    if (out.connected != nullptr)
        measure_silence(out, known.observed_until_ns);
    return out;
}

} // namespace rhombus::doctor
