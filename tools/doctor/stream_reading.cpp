#include "stream_reading.hpp"

#include <rhombus/report/escape.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace rhombus::doctor {
namespace {

using std::chrono::milliseconds;
using transcript::connection_history;
using transcript::origin;
using transcript::stomp_item;

/// What a heart-beat may be late beyond two intervals, for the path's and the machines' jitter.
constexpr milliseconds grace{250};

const stomp::parsed_frame* as_frame(const stomp_item& item) {
    return std::get_if<stomp::parsed_frame>(&item.what);
}

bool is_command(const stomp_item& item, std::string_view command) {
    const auto* whole = as_frame(item);
    return whole != nullptr && whole->frame.command == command;
}

void take_server_item(stream_reading& out, const stomp_item& item, const stomp_item* before) {
    const auto keep_first = [&](const stomp_item*& slot) {
        if (slot == nullptr)
            slot = &item;
    };
    if (std::holds_alternative<transcript::stomp_violation>(item.what))
        return keep_first(out.violation);
    if (is_command(item, "CONNECTED"))
        return keep_first(out.connected);
    if (is_command(item, "ERROR"))
        return keep_first(out.error);
    if (is_command(item, "RECEIPT"))
        return keep_first(out.receipt);
    if (is_command(item, "MESSAGE")) {
        ++out.messages;
        return keep_first(out.message);
    }
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

std::optional<stream_end> read_end(const connection_history& history) {
    const auto& theirs = history.close_from_server;
    const auto& ours = history.close_from_client;
    if (theirs && (!ours || theirs->where.n < ours->where.n)) {
        const auto code = theirs->code.value_or(1005);
        return stream_end{fmt::format("CLOSE-{}", code),
                          theirs->code ? fmt::format("The server closed the stream with code {}{}.",
                                                     code, quoted(theirs->reason))
                                       : "The server closed the stream without a code (1005).",
                          {theirs->where.n}};
    }
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

milliseconds between(std::int64_t from_ns, std::int64_t to_ns) {
    return std::chrono::duration_cast<milliseconds>(
        std::chrono::nanoseconds{std::max<std::int64_t>(to_ns - from_ns, 0)});
}

/// Any octet of a STOMP message is life; pings are not (STOMP 1.2, Heart-beating).
void measure_silence(stream_reading& out, std::int64_t until_ns) {
    auto last = out.connected->where.when.t_ns;
    const auto end = std::max(until_ns, last);
    out.observed = between(last, end);
    for (const auto& message : out.history->messages) {
        if (message.where.from != origin::server || message.where.when.t_ns > end)
            continue;
        out.longest_silence =
            std::max(out.longest_silence, between(last, message.where.when.t_ns));
        last = std::max(last, message.where.when.t_ns);
    }
    out.longest_silence = std::max(out.longest_silence, between(last, end));
}

} // namespace

const stomp::frame& stream_reading::frame_of(const stomp_item& item) {
    return std::get<stomp::parsed_frame>(item.what).frame;
}

milliseconds allowed_silence(const stomp::heartbeat_plan& plan) noexcept {
    return 2 * plan.expect_every + grace;
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
        out.end = read_end(*out.history);
    out.plan = read_plan(out);
    if (out.connected != nullptr)
        measure_silence(out, known.observed_until_ns);
    return out;
}

} // namespace rhombus::doctor
