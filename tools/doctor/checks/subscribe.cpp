#include "../examination.hpp"
#include "../organization.hpp"
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

void reject(const stream_reading& stream, judgement& out) {
    const auto& request = stream_reading::frame_of(*stream.subscribe);
    const auto destination = visible(request.find("destination").value_or(""), 100);
    const bool said = stream.error != nullptr;
    const auto text =
        said ? visible(stream_reading::frame_of(*stream.error).find("message").value_or(""))
             : stream.end->message;
    const auto n =
        out.saw("subscribe",
                fmt::format("after SUBSCRIBE to {}: {}{}", destination, said ? "ERROR " : "", text),
                said ? std::vector{stream.error->where.n} : stream.end->records);
    auto& found =
        out.found("SUB-REJECTED", status::fail,
                  fmt::format("The server refuses the subscription to {}: {}", destination, text));
    found.evidence = {n};
    found.side = side::server;
    found.certainty = said ? certainty::confirmed : certainty::likely;
}

void judge_not_sent(const stream_reading& stream, judgement& out) {
    const auto n = out.saw("subscribe", "the stream ended before SUBSCRIBE was sent",
                           stream.end ? stream.end->records : std::vector<std::uint64_t>{});
    auto& found = out.found(stream.end ? stream.end->code : "UNKNOWN", status::fail,
                            stream.end ? stream.end->message
                                       : "CONNECTED came, but SUBSCRIBE could not be sent.");
    found.evidence = {n};
}

judgement judge(const facts& /*known*/, const stream_reading& stream) {
    judgement out;
    if (stream.subscribe == nullptr) {
        judge_not_sent(stream, out);
        return out;
    }
    if (stream.rejected()) {
        reject(stream, out);
        return out;
    }
    const auto& request = stream_reading::frame_of(*stream.subscribe);
    out.reason = visible(request.find("destination").value_or(""), 100);
    const auto answer = stream.receipt != nullptr   ? "a RECEIPT came"
                        : stream.message != nullptr ? "a MESSAGE came"
                                                    : "nothing refused it";
    std::vector records{stream.subscribe->where.n};
    if (stream.receipt != nullptr)
        records.push_back(stream.receipt->where.n);
    out.saw("subscribe", fmt::format("SUBSCRIBE to {}; {}", out.reason, answer),
            std::move(records));
    return out;
}

std::optional<std::string_view> blocked(const facts& known, const stream_reading& stream) {
    if (!stream.in_order())
        return "stomp-connected";
    if (known.settings.system->credential && !organization_to_watch(known))
        return "rest-token";
    return std::nullopt;
}

} // namespace

check subscribe_check() {
    return {.id = "subscribe",
            .stage = "subscribe",
            .title = "The subscription is accepted",
            .guide = "No Messages Received After Subscribing",
            .phase = phase::window,
            .needs = {"stomp-connected"},
            .rules_out = {"SUB-REJECTED"},
            .blocked_by = blocked,
            .not_applicable = topic_not_wanted,
            .collect = [](examination& run) { run.await_subscription(); },
            .judge = judge};
}

} // namespace rhombus::doctor
