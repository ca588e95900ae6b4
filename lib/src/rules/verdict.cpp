#include <rhombus/rules/verdict.hpp>

#include <algorithm>
#include <array>

namespace rhombus::rules {

namespace {

/// @returns why the client cannot be judged in this respect; empty when it can.
std::string_view missing(need wanted, const client_traits& client) {
    switch (wanted) {
    case need::program:
        return client.kind == client_kind::library ? "would judge the adapter, not the library"
                                                   : "";
    case need::socket_api:
        return client.api == client_api::whatwg
                   ? "the WHATWG interface sets no headers and hides the status"
                   : "";
    case need::events:
        return client.level == client_level::l0 ? "the client reports no events (level L0)" : "";
    case need::reconnect:
        return client.reconnect == offered::no ? "the client offers no reconnection" : "";
    case need::none:
        break;
    }
    return "";
}

verdict of_level(level weight) {
    constexpr std::array verdicts{verdict::fail, verdict::warn, verdict::info};
    return verdicts.at(static_cast<std::size_t>(weight));
}

/// The vendor profile fails only on what the vendor's own documents show.
/// Spec: requirements.md, section 1, Reach.
level softened(level weight, reach how_far, profile strictness) {
    if (strictness == profile::strict || how_far == reach::documented)
        return weight;
    return std::max(weight, how_far == reach::seen ? level::should : level::may);
}

verdict decide(const rule& subject, const ruling& given, const context& with) {
    if (given.result == outcome::not_observed || given.opportunities == 0)
        return verdict::inconclusive;
    if (given.result == outcome::held)
        return verdict::pass;
    const auto weight = std::max(given.weight, subject.level);
    return of_level(softened(weight, subject.reach, with.profile));
}

} // namespace

std::string_view name_of(verdict subject) noexcept {
    constexpr std::array<std::string_view, 8> names{"n/a",          "pass",    "info", "warn",
                                                    "inconclusive", "blocked", "fail", "error"};
    return names.at(static_cast<std::size_t>(subject));
}

std::string_view name_of(level subject) noexcept {
    constexpr std::array<std::string_view, 3> names{"MUST", "SHOULD", "MAY"};
    return names.at(static_cast<std::size_t>(subject));
}

finding judge(const rule& subject, const transcript::run_history& run, const context& with) {
    finding made{.id = std::string{subject.id}, .level = subject.level};
    for (const auto wanted : subject.needs) {
        const auto reason = missing(wanted, with.client);
        if (reason.empty())
            continue;
        made.verdict = verdict::not_applicable;
        made.message = reason;
        return made;
    }
    auto given = subject.judge(run, with);
    made.verdict = decide(subject, given, with);
    made.opportunities = given.opportunities;
    made.message = std::move(given.message);
    made.records = std::move(given.records);
    made.rests_on = given.rests_on;
    return made;
}

} // namespace rhombus::rules
