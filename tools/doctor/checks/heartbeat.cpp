#include "../examination.hpp"
#include "../stream_reading.hpp"
#include "list.hpp"

#include <rhombus/report/escape.hpp>

#include <fmt/format.h>

namespace rhombus::doctor {
namespace {

using diagnosis::side;
using diagnosis::status;

std::string seconds(std::chrono::milliseconds duration) {
    return fmt::format("{:.1f} s", static_cast<double>(duration.count()) / 1000.0);
}

void judge_end(const stream_reading& stream, judgement& out) {
    const auto n =
        out.saw("heartbeat",
                fmt::format("the stream ended {} after CONNECTED, {} events and {} "
                            "heart-beats later",
                            seconds(stream.observed), stream.messages, stream.beats.size()),
                stream.end->records);
    auto message = stream.end->message;
    if (stream.error != nullptr)
        message += fmt::format(" Before that it sent ERROR: {}",
                               report::visible(stream_reading::frame_of(*stream.error)
                                                   .find("message")
                                                   .value_or("without a message")));
    auto& found = out.found(stream.end->code, status::fail, std::move(message));
    found.evidence = {n};
}

void judge_silence(const stream_reading& stream, judgement& out) {
    const auto promised = seconds(stream.plan.expect_every);
    const auto n =
        out.saw("heartbeat",
                fmt::format("longest silence {}, promised every {}; {} heart-beats in {}",
                            seconds(stream.longest_silence), promised, stream.beats.size(),
                            seconds(stream.observed)),
                {stream.connected->where.n});
    auto& found = out.found("HB-SERVER", status::fail,
                            fmt::format("The server promised a heart-beat every {} and was silent "
                                        "for {}.",
                                        promised, seconds(stream.longest_silence)));
    found.evidence = {n};
}

void judge_life(const stream_reading& stream, judgement& out) {
    const auto promised = seconds(stream.plan.expect_every);
    std::vector<std::uint64_t> records;
    for (const auto* beat : stream.beats)
        records.push_back(beat->where.n);
    const auto n =
        out.saw("heartbeat",
                fmt::format("{} heart-beats, longest silence {} of {} watched", stream.beats.size(),
                            seconds(stream.longest_silence), seconds(stream.observed)),
                std::move(records));
    const bool proved =
        !stream.beats.empty() || stream.observed > stomp::allowed_silence(stream.plan.expect_every);
    out.reason = fmt::format("every {} agreed, longest silence {}", promised,
                             seconds(stream.longest_silence));
    if (proved)
        return;
    auto& found = out.found("HB-SERVER", status::inconclusive,
                            fmt::format("The stream was watched for {} only; a heart-beat every {} "
                                        "is neither proved nor missed. Wait longer with --wait.",
                                        seconds(stream.observed), promised));
    found.evidence = {n};
    found.certainty = diagnosis::certainty::inconclusive;
}

judgement judge(const facts& /*known*/, const stream_reading& stream) {
    judgement out;
    if (stream.broken()) {
        out.status = status::inconclusive;
        out.reason = "the stream was ended because the server broke the protocol";
        out.saw("heartbeat", out.reason);
    } else if (stream.end) {
        judge_end(stream, out);
    } else if (stream.plan.expect_every.count() == 0) {
        out.reason = "none were agreed from the server";
        out.saw("heartbeat", "the server promises no heart-beats", {stream.connected->where.n});
    } else if (stream.longest_silence > stomp::allowed_silence(stream.plan.expect_every)) {
        judge_silence(stream, out);
    } else {
        judge_life(stream, out);
    }
    return out;
}

std::optional<std::string_view> blocked(const facts& known, const stream_reading& stream) {
    if (!stream.in_order())
        return "stomp-connected";
    if (!known.wants_topic())
        return std::nullopt;
    if (stream.subscribe == nullptr || (stream.message == nullptr && stream.error != nullptr))
        return "subscribe";
    // An end before the first event was told by the check whose wait it ended.
    if (stream.message == nullptr && stream.end && !stream.broken())
        return "topic-delivery";
    return std::nullopt;
}

} // namespace

check heartbeat_check() {
    return {.id = "heartbeat",
            .stage = "keepalive",
            .title = "The server is heard at least every two heart-beat intervals",
            .guide = "Connection Drops Every ~30 Seconds",
            .phase = phase::window,
            .needs = {"subscribe"},
            .rules_out = {"HB-SERVER"},
            .blocked_by = blocked,
            .not_applicable = always_applicable,
            .collect = [](examination& run) { run.await_heartbeat(); },
            .judge = judge};
}

} // namespace rhombus::doctor
