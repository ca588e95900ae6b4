#include "../event_body.hpp"
#include "../stream_reading.hpp"
#include "list.hpp"

#include <rhombus/report/escape.hpp>

#include <fmt/format.h>

#include <array>

namespace rhombus::doctor {
namespace {

using diagnosis::status;
using report::visible;

constexpr std::size_t excerpt_octets = 120;
/// Spec: STOMP 1.2, MESSAGE.
constexpr std::array<std::string_view, 3> required_headers{"destination", "message-id",
                                                           "subscription"};

void blame(judgement& out, std::string_view code, std::string message, std::string seen,
           std::uint64_t record) {
    const auto n = out.saw("events", std::move(seen), {record});
    auto& found = out.found(code, status::fail, std::move(message));
    found.evidence = {n};
}

void judge_websocket(const stream_reading& stream, judgement& out) {
    if (!stream.bad_websocket)
        return;
    const auto& [what, record] = *stream.bad_websocket;
    blame(out, "WS-FRAME",
          fmt::format("The server breaks the WebSocket protocol: it sent {}.", what), what, record);
}

void judge_stomp(const stream_reading& stream, judgement& out) {
    if (stream.violation == nullptr)
        return;
    const auto& broken = std::get<transcript::stomp_violation>(stream.violation->what);
    blame(out, "STOMP-MALFORMED",
          fmt::format("The server sends a malformed STOMP frame: {}.", describe(broken.error.code)),
          fmt::format("{} at octet {}: {}", name_of(broken.error.code), broken.error.offset,
                      visible(broken.excerpt, excerpt_octets)),
          stream.violation->where.n);
}

/// A second CONNECTED, which the parser cannot know to be wrong.
void judge_order(const stream_reading& stream, judgement& out) {
    if (stream.second_connected == nullptr)
        return;
    blame(out, "STOMP-ORDER", "The server sends CONNECTED a second time.", "a second CONNECTED",
          stream.second_connected->where.n);
}

bool judge_headers(const stomp::frame& message, std::uint64_t record, judgement& out) {
    for (const auto name : required_headers) {
        if (message.find(name))
            continue;
        blame(out, "STOMP-MALFORMED",
              fmt::format("A MESSAGE lacks the header {}, which STOMP 1.2 requires.", name),
              fmt::format("MESSAGE without {}", name), record);
        return false;
    }
    return true;
}

bool judge_body(const stomp::frame& message, std::uint64_t record, judgement& out) {
    const auto defect = find_body_defect(message.body);
    if (!defect)
        return true;
    blame(out, defect->code, fmt::format("The body of an event {}.", defect->what),
          fmt::format("at octet {}: {}", defect->offset, visible(message.body, excerpt_octets)),
          record);
    return false;
}

/// The first message of each kind of defect is told; the rest would say the same again.
void judge_messages(const facts& known, const stream_reading& stream, judgement& out) {
    const bool json_wanted = known.settings.system->credential.has_value();
    bool headers_good = true;
    bool bodies_good = true;
    for (const auto& item : stream.history->stomp) {
        const auto* whole = std::get_if<stomp::parsed_frame>(&item.what);
        const bool message = whole != nullptr && whole->frame.command == "MESSAGE" &&
                             item.where.from == transcript::origin::server;
        if (!message)
            continue;
        headers_good = headers_good && judge_headers(whole->frame, item.where.n, out);
        if (json_wanted)
            bodies_good = bodies_good && judge_body(whole->frame, item.where.n, out);
    }
}

judgement judge(const facts& known, const stream_reading& stream) {
    judgement out;
    judge_websocket(stream, out);
    judge_stomp(stream, out);
    judge_order(stream, out);
    judge_messages(known, stream, out);
    if (out.findings.empty()) {
        out.reason = fmt::format("{} well-formed", stream.messages);
        if (stream.stray_messages > 0)
            out.reason += fmt::format(", {} for another subscription", stream.stray_messages);
        out.saw("events", out.reason);
    }
    return out;
}

std::optional<std::string_view> blocked(const facts& /*known*/, const stream_reading& stream) {
    if (!stream.in_order())
        return "stomp-connected";
    const bool nothing_came = stream.messages + stream.stray_messages == 0;
    if (nothing_came && !stream.broken() && stream.second_connected == nullptr)
        return "topic-delivery";
    return std::nullopt;
}

} // namespace

check events_check() {
    return {.id = "events",
            .stage = "events",
            .title = "Frames and event bodies are well-formed",
            .guide = "Malformed JSON in Event Body",
            .phase = phase::window,
            .needs = {"subscribe"},
            .rules_out = {"WS-FRAME", "STOMP-MALFORMED", "JSON-SYNTAX"},
            .blocked_by = blocked,
            .not_applicable = topic_not_wanted,
            .collect = nullptr,
            .judge = judge};
}

} // namespace rhombus::doctor
