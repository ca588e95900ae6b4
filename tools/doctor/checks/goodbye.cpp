#include "../examination.hpp"
#include "list.hpp"

#include <fmt/format.h>

namespace rhombus::doctor {
namespace {

using transcript::origin;

judgement judge(const facts& known, const stream_reading& /*stream*/) {
    judgement out;
    const auto* history = known.connection(host::stream);
    const auto* sent = history->find(origin::client, "DISCONNECT");
    if (sent == nullptr) {
        out.status = diagnosis::status::skip;
        out.reason = "the stream had ended before";
        return out;
    }
    const transcript::stomp_item* answer = nullptr;
    for (const auto& item : history->stomp) {
        const bool later = item.where.n > sent->where.n && item.where.from == origin::server;
        if (later && std::holds_alternative<stomp::parsed_frame>(item.what) && answer == nullptr)
            answer = &item;
    }
    std::vector records{sent->where.n};
    if (answer == nullptr) {
        out.reason = "DISCONNECT was not answered; that is allowed";
    } else {
        out.reason = fmt::format("DISCONNECT answered by {}",
                                 std::get<stomp::parsed_frame>(answer->what).frame.command);
        records.push_back(answer->where.n);
    }
    out.saw("goodbye", out.reason, std::move(records));
    return out;
}

std::optional<std::string_view> blocked(const facts& known, const stream_reading& /*stream*/) {
    const auto* history = known.connection(host::stream);
    if (history == nullptr || history->find(origin::server, "CONNECTED") == nullptr)
        return "stomp-connected";
    return std::nullopt;
}

} // namespace

check goodbye_check() {
    return {.id = "goodbye",
            .stage = "goodbye",
            .title = "DISCONNECT ends the session in order",
            .guide = "Connection Lifecycle, Step 5",
            .phase = phase::goodbye,
            .needs = {"stomp-connected"},
            .rules_out = {},
            .blocked_by = blocked,
            .not_applicable = always_applicable,
            .collect = [](examination& run) { run.say_goodbye(); },
            .judge = judge};
}

} // namespace rhombus::doctor
