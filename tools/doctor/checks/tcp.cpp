#include "../examination.hpp"
#include "list.hpp"

#include <rhombus/net/error.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace rhombus::doctor {
namespace {

using diagnosis::certainty;
using diagnosis::side;
using diagnosis::status;
using transcript::connection_history;

host other(host which) noexcept {
    return which == host::rest ? host::stream : host::rest;
}

/// The other host's connection, where it shows that the network as such works.
std::optional<std::size_t> show_other_works(const facts& known, host which, judgement& out) {
    const auto* history = known.connection(other(which));
    if (history == nullptr || !history->connected)
        return std::nullopt;
    return out.saw("tcp",
                   fmt::format("{} {} accepts connections", title_of(other(which)),
                               place_of(known.of(other(which)))),
                   {history->connected->where.n});
}

std::vector<std::uint64_t> records_of(const connection_history& history) {
    std::vector<std::uint64_t> numbers;
    for (const auto& refusal : history.refusals)
        numbers.push_back(refusal.where.n);
    return numbers;
}

/// What the addresses that were tried have in common; the worst to find out by waiting comes first.
struct reading {
    std::string_view code;
    diagnosis::certainty alone; ///< How sure it is before another host is seen to work.
    std::string message;
};

reading read_refusals(const facts& known, host which, const connection_history& history) {
    const auto place = place_of(known.of(which));
    const auto any = [&](std::string_view error) {
        return std::any_of(history.refusals.begin(), history.refusals.end(),
                           [&](const auto& refusal) { return refusal.what.error == error; });
    };
    if (any("timeout") || known.of(which).failure->reason == net::errc::opening_timed_out)
        return {
            "NET-PORT", certainty::likely,
            fmt::format("Nothing answers on {}: a firewall drops the packets silently.", place)};
    if (any("reset"))
        return {"NET-RESET", certainty::confirmed,
                fmt::format("{} resets the connection while it is made.", place)};
    return {"NET-REJECT", certainty::confirmed,
            fmt::format("{} refuses the connection: nothing listens there, or a firewall rejects "
                        "it.",
                        place)};
}

void judge_refusals(const facts& known, host which, const connection_history& history,
                    judgement& out) {
    std::vector<std::string> tried;
    for (const auto& refusal : history.refusals)
        tried.push_back(fmt::format("{} {}", refusal.what.address, refusal.what.error));
    const auto seen = tried.empty() ? "no answer" : fmt::format("{}", fmt::join(tried, ", "));
    const auto n =
        out.saw("tcp", fmt::format("{} {}: {}", title_of(which), place_of(known.of(which)), seen),
                records_of(history));
    const auto works = show_other_works(known, which, out);
    auto meaning = read_refusals(known, which, history);
    if (works)
        meaning.message += fmt::format(" {} works from here.", place_of(known.of(other(which))));
    auto& found = out.found(meaning.code, status::fail, std::move(meaning.message));
    found.side = side::network;
    found.certainty = works ? certainty::confirmed : meaning.alone;
    found.evidence = {n};
    if (works)
        found.evidence.push_back(*works);
}

/// Accepted, then closed without a word from either side: no TLS fault, it never began.
void judge_silent_probe(const facts& known, host which, judgement& out) {
    if (!known.closed_in_silence(which))
        return;
    const auto* history = known.connection(*known.of(which).silent_probe);
    const auto& by = history->closed->what.by;
    const auto n =
        out.saw("tcp",
                fmt::format("{} accepts, then closes ({}) although nothing was sent",
                            place_of(known.of(which)), by == "rst" ? "reset" : "end of stream"),
                {history->closed->where.n});
    auto& found =
        out.found("NET-RESET", status::fail,
                  fmt::format("{} accepts the connection and {} it at once, before a "
                              "single octet.",
                              place_of(known.of(which)), by == "rst" ? "resets" : "closes"));
    found.side = side::network;
    found.evidence = {n};
}

void judge_host(const facts& known, host which, judgement& out) {
    const auto* history = known.connection(which);
    if (history == nullptr)
        return;
    const auto& failure = known.of(which).failure;
    if (failure && failure->at == net::stage::connect) {
        judge_refusals(known, which, *history, out);
    } else if (history->connected) {
        out.saw(
            "tcp",
            fmt::format("{} connected to {}", title_of(which), history->connected->what.address),
            {history->connected->where.n});
        judge_silent_probe(known, which, out);
    }
}

judgement judge(const facts& known, const stream_reading& /*stream*/) {
    judgement out;
    std::vector<std::string> places;
    for (const auto which : {host::rest, host::stream}) {
        judge_host(known, which, out);
        if (known.of(which).wanted)
            places.push_back(place_of(known.of(which)));
    }
    out.reason = fmt::format("{}", fmt::join(places, ", "));
    return out;
}

std::optional<std::string_view> blocked(const facts& known, const stream_reading& /*stream*/) {
    for (const auto which : {host::rest, host::stream}) {
        if (known.of(which).wanted && !blocked_before(known, which, net::stage::connect))
            return std::nullopt;
    }
    return "dns";
}

} // namespace

check tcp_check() {
    return {.id = "tcp",
            .stage = "tcp",
            .title = "Both ports accept connections",
            .guide = "Unable to Connect (Connection Refused)",
            .phase = phase::transport,
            .needs = {"dns"},
            .rules_out = {"NET-PORT", "NET-REJECT", "NET-RESET"},
            .blocked_by = blocked,
            .not_applicable = always_applicable,
            .collect = [](examination& run) { run.open_hosts(net::stage::connect); },
            .judge = judge};
}

} // namespace rhombus::doctor
