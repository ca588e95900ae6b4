#include "judge.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace rhombus::scenario {

namespace {

using rules::finding;
using rules::verdict;
using transcript::connection_history;
using transcript::origin;

constexpr std::chrono::nanoseconds host_lag_bound = std::chrono::milliseconds{250};

std::chrono::nanoseconds time_of(const transcript::at& where) {
    return std::chrono::nanoseconds{where.when.t_ns};
}

/// @returns every receipt of the run.
std::vector<const transcript::seen<transcript::fault_injected>*> receipts(const run_history& run) {
    std::vector<const transcript::seen<transcript::fault_injected>*> all;
    for (const auto& receipt : run.receipts)
        all.push_back(&receipt);
    for (const auto& connection : run.connections) {
        for (const auto& receipt : connection.receipts)
            all.push_back(&receipt);
    }
    return all;
}

/// @returns the receipt of the fault step with that name.
const transcript::seen<transcript::fault_injected>* receipt_named(const run_history& run,
                                                                  const std::string& name) {
    for (const auto* const receipt : receipts(run)) {
        const auto parameters = nlohmann::json::parse(receipt->what.parameters, nullptr, false);
        if (parameters.is_object() && parameters.value("as", "") == name)
            return receipt;
    }
    return nullptr;
}

/// @returns the connections meant for the stream, in order.
std::vector<const connection_history*> streams(const run_history& run) {
    std::vector<const connection_history*> found;
    for (const auto& connection : run.connections) {
        const auto rest = std::any_of(connection.requests.begin(), connection.requests.end(),
                                      [](const auto& one) { return one.what.purpose == "rest"; });
        if (connection.first && !rest)
            found.push_back(&connection);
    }
    return found;
}

/// @returns when the connection reached a state of that name.
std::optional<transcript::at> reached(const connection_history& connection,
                                      const std::string& state) {
    const auto frame = [&](origin from, std::string_view command) -> std::optional<transcript::at> {
        const auto* const item = connection.find(from, command);
        return item == nullptr ? std::nullopt : std::optional{item->where};
    };
    if (state == "accepted")
        return connection.first;
    if (state == "upgraded" && connection.upgrade() != nullptr)
        return connection.upgrade()->where;
    if (state == "connected")
        return frame(origin::server, "CONNECTED");
    if (state == "subscribed")
        return frame(origin::client, "SUBSCRIBE");
    return std::nullopt;
}

bool is_state(const std::string& name) {
    return name == "accepted" || name == "upgraded" || name == "connected" || name == "subscribed";
}

/// @returns what the window counts from; nullopt: it has not happened.
std::optional<std::chrono::nanoseconds> reference(const expectation& wanted, const run_history& run,
                                                  const judgement& how) {
    if (wanted.after.empty())
        return how.started;
    if (!is_state(wanted.after)) {
        const auto* const receipt = receipt_named(run, wanted.after);
        return receipt == nullptr ? std::nullopt : std::optional{time_of(receipt->where)};
    }
    const auto all = streams(run);
    const auto first = wanted.connection.value_or(1) - 1;
    for (auto i = std::size_t{first}; i < all.size(); ++i) {
        if (const auto when = reached(*all[i], wanted.after))
            return time_of(*when);
    }
    return std::nullopt;
}

/// @returns what the first dialogue agreed on; the usual 10 s before that.
stomp::heartbeat_plan plan_of(const run_history& run) {
    using namespace std::chrono_literals;
    for (const auto& connection : run.connections) {
        const auto* const asked = connection.find(origin::client, "CONNECT");
        const auto* const answered = connection.find(origin::server, "CONNECTED");
        if (asked == nullptr || answered == nullptr)
            continue;
        const auto offer = [](const transcript::stomp_item& item) {
            const auto& frame = std::get<stomp::parsed_frame>(item.what).frame;
            return stomp::parse_heartbeat(frame.find("heart-beat"));
        };
        const auto client = offer(*asked);
        const auto server = offer(*answered);
        if (client && server)
            return stomp::negotiate(*client, *server);
    }
    return {10s, 10s};
}

/// @returns which fault left no proof that it was injected; empty: all did.
std::string missing_receipt(const expectation& wanted, const run_history& run,
                            const judgement& how) {
    if (!wanted.after.empty() && !is_state(wanted.after) &&
        receipt_named(run, wanted.after) == nullptr)
        return wanted.after;
    const auto all = receipts(run);
    for (const auto& fault : how.faults) {
        const auto name = fault.substr(0, fault.find(':'));
        const auto proven = std::any_of(all.begin(), all.end(), [&](const auto* receipt) {
            return receipt->what.fault == name || receipt->what.fault.starts_with(name + "/");
        });
        if (!proven)
            return fault;
    }
    return {};
}

void withdraw(finding& made, std::string reason) {
    made.verdict = verdict::inconclusive;
    made.message = std::move(reason) + "; otherwise: " + made.message;
}

finding judge_requirement(const expectation& wanted, const run_history& run, const judgement& how) {
    const auto* const rule = rules::find_rule(wanted.requirement);
    if (rule == nullptr)
        return {.id = wanted.requirement, .message = "no rule judges this requirement yet"};
    auto made = rules::judge(*rule, run, how.with);
    const auto broken = made.verdict == verdict::fail || made.verdict == verdict::warn;
    const auto final_breach = broken && made.rests_on == rules::basis::octets;
    const auto lost = missing_receipt(wanted, run, how);
    if (made.verdict == verdict::not_applicable || final_breach)
        return made;
    if (!lost.empty())
        withdraw(made, fmt::format("no receipt of {}", lost));
    else if (!length_of(wanted.window, plan_of(run)))
        withdraw(made, "no heart-beats were agreed to measure the window by");
    else if (broken && how.lag > host_lag_bound)
        withdraw(made, "the host was too busy for a verdict on time");
    return made;
}

/// `connection-N-open`: the Nth connection reached CONNECTED. @returns N.
std::optional<std::size_t> connection_of(const std::string& fact) {
    constexpr std::string_view front = "connection-";
    constexpr std::string_view back = "-open";
    if (!fact.starts_with(front) || !fact.ends_with(back))
        return std::nullopt;
    std::size_t number = 0;
    const auto* const begin = fact.data() + front.size();
    const auto* const end = fact.data() + fact.size() - back.size();
    const auto [rest, failure] = std::from_chars(begin, end, number);
    return failure == std::errc{} && rest == end && number > 0 ? std::optional{number}
                                                               : std::nullopt;
}

finding judge_fact(const expectation& wanted, const run_history& run, const judgement& how) {
    finding made{.id = wanted.fact};
    const auto number = connection_of(wanted.fact);
    const auto end = window_end(wanted, run, how);
    if (!number) {
        made.message = "the runner does not know this fact";
        return made;
    }
    if (const auto lost = missing_receipt(wanted, run, how); !lost.empty() || !end) {
        made.message = fmt::format("no receipt of {}", lost.empty() ? wanted.after : lost);
        return made;
    }
    const auto all = streams(run);
    const auto open = all.size() < *number ? std::nullopt : reached(*all[*number - 1], "connected");
    const auto in_time = open && time_of(*open) <= *end;
    const auto looked = run.last && time_of(*run.last) >= *end;
    if (in_time) {
        made.verdict = verdict::pass;
        made.opportunities = 1;
        made.message = fmt::format("connection {} was open in time", *number);
        made.records = {open->n};
    } else if (looked || open) {
        made.verdict = verdict::fail;
        made.opportunities = 1;
        made.message = fmt::format("connection {} was not open in time", *number);
    } else {
        made.message = "the observation ended before the window did";
    }
    return made;
}

} // namespace

finding judge(const expectation& wanted, const run_history& run, const judgement& how) {
    return wanted.fact.empty() ? judge_requirement(wanted, run, how) : judge_fact(wanted, run, how);
}

std::optional<std::chrono::nanoseconds> window_end(const expectation& wanted,
                                                   const run_history& run, const judgement& how) {
    const auto from = reference(wanted, run, how);
    const auto length = length_of(wanted.window, plan_of(run));
    if (!from)
        return std::nullopt;
    return *from + length.value_or(wanted.window.fixed);
}

bool settled(const expectation& wanted, const run_history& run, const judgement& how) {
    const auto* const rule = rules::find_rule(wanted.requirement);
    if (rule != nullptr && rule->settles == rules::settles::at_window_end)
        return false;
    const auto all = streams(run);
    const auto number = std::size_t{wanted.connection.value_or(1)};
    if (wanted.connection && (all.size() < number || !reached(*all[number - 1], "subscribed")))
        return false;
    const auto made = judge(wanted, run, how);
    return made.verdict == verdict::pass || made.verdict == verdict::not_applicable;
}

verdict worse(verdict left, verdict right) noexcept {
    return std::max(left, right);
}

} // namespace rhombus::scenario
