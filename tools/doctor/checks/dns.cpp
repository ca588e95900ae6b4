#include "../examination.hpp"
#include "list.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rhombus::doctor {
namespace {

using diagnosis::side;
using diagnosis::status;

/// What filters answer for names they block; no server of the vendor's is there.
bool is_sinkhole(const std::string& address) {
    return address == "0.0.0.0" || address == "::";
}

void judge_host(const facts& known, host which, judgement& out) {
    const auto* history = known.connection(which);
    if (history == nullptr)
        return;
    const auto& name = known.of(which).where.host;
    if (history->resolved) {
        const auto& addresses = history->resolved->what.addresses;
        const auto n = out.saw(
            "dns", fmt::format("{} {} is {}", title_of(which), name, fmt::join(addresses, ", ")),
            {history->resolved->where.n});
        if (!std::all_of(addresses.begin(), addresses.end(), is_sinkhole))
            return;
        auto& found = out.found("NET-DNS", status::fail,
                                fmt::format("The resolver answers {} for {}: a DNS filter blocks "
                                            "the name.",
                                            addresses.front(), name));
        found.side = side::network;
        found.evidence = {n};
    } else if (history->not_resolved) {
        const auto& error = history->not_resolved->what.error;
        const auto n = out.saw("dns", fmt::format("{} {}: {}", title_of(which), name, error),
                               {history->not_resolved->where.n});
        auto& found = out.found("NET-DNS", status::fail,
                                fmt::format("The name of the {}, {}, cannot be resolved: {}.",
                                            title_of(which), name, error));
        found.side = side::network;
        found.evidence = {n};
    }
}

judgement judge(const facts& known, const stream_reading& /*stream*/) {
    judgement out;
    judge_host(known, host::rest, out);
    judge_host(known, host::stream, out);
    std::vector<std::string> names;
    for (const auto which : {host::rest, host::stream}) {
        if (known.of(which).wanted)
            names.push_back(known.of(which).where.host);
    }
    names.erase(std::unique(names.begin(), names.end()), names.end());
    out.reason = fmt::format("{}", fmt::join(names, ", "));
    return out;
}

} // namespace

check dns_check() {
    return {.id = "dns",
            .stage = "resolve",
            .title = "The names of both hosts are resolved",
            .guide = "Unable to Connect (Connection Refused)",
            .phase = phase::resolve,
            .needs = {"config"},
            .rules_out = {"NET-DNS"},
            .blocked_by = never_blocked,
            .not_applicable = always_applicable,
            .collect = [](examination& run) { run.open_hosts(net::stage::resolve); },
            .judge = judge};
}

} // namespace rhombus::doctor
