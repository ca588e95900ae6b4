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

constexpr std::size_t excerpt_octets = 120;

void judge_delivery(const stream_reading& stream, judgement& out) {
    const auto& event = stream_reading::frame_of(*stream.message);
    const auto waited =
        (stream.message->where.when.t_ns - stream.connected->where.when.t_ns) / 1'000'000;
    out.reason = fmt::format("{} event{}, the first after {} ms", stream.messages,
                             stream.messages == 1 ? "" : "s", waited);
    out.saw("topic-delivery", fmt::format("MESSAGE: {}", visible(event.body, excerpt_octets)),
            {stream.message->where.n});
}

void judge_end(const stream_reading& stream, judgement& out) {
    const auto n =
        out.saw("topic-delivery", "the stream ended before the first event", stream.end->records);
    auto& found = out.found(stream.end->code, status::fail, stream.end->message);
    found.evidence = {n};
    found.side = side::server;
}

/// What was broken is told by the check `events`.
void judge_broken(judgement& out) {
    out.status = status::inconclusive;
    out.reason = "the server broke the protocol before the first event";
    out.saw("topic-delivery", out.reason);
}

void judge_quiet(const facts& known, const stream_reading& stream, judgement& out) {
    out.status = status::inconclusive;
    const bool beats_agreed = stream.plan.expect_every.count() > 0;
    const auto seconds = known.window.count() / 1000;
    if (stream.beats.empty() && beats_agreed) {
        out.reason = fmt::format("no event within {} s, and no heart-beat either", seconds);
        out.saw("topic-delivery", out.reason);
        return;
    }
    const auto n =
        out.saw("topic-delivery",
                fmt::format("{} heart-beat{} and no event within {} s", stream.beats.size(),
                            stream.beats.size() == 1 ? "" : "s", seconds));
    auto& found = out.found("SUB-QUIET", status::inconclusive,
                            fmt::format("The stream lives, but no event came within {} s: the "
                                        "topic is quiet, or nothing happened.",
                                        seconds));
    found.evidence = {n};
    found.certainty = certainty::inconclusive;
}

judgement judge(const facts& known, const stream_reading& stream) {
    judgement out;
    if (stream.message != nullptr)
        judge_delivery(stream, out);
    else if (stream.broken())
        judge_broken(out);
    else if (stream.end)
        judge_end(stream, out);
    else
        judge_quiet(known, stream, out);
    return out;
}

std::optional<std::string_view> blocked(const facts& /*known*/, const stream_reading& stream) {
    if (!stream.in_order())
        return "stomp-connected";
    if (stream.subscribe == nullptr || stream.rejected())
        return "subscribe";
    return std::nullopt;
}

} // namespace

check topic_delivery_check() {
    return {.id = "topic-delivery",
            .stage = "first-event",
            .title = "An event arrives on the topic",
            .guide = "No Messages Received After Subscribing",
            .phase = phase::window,
            .needs = {"subscribe"},
            .rules_out = {"SUB-QUIET"},
            .blocked_by = blocked,
            .not_applicable = topic_not_wanted,
            .collect = [](examination& run) { run.await_event(); },
            .judge = judge};
}

} // namespace rhombus::doctor
