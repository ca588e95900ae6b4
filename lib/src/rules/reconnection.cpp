#include "observations.hpp"
#include "sections.hpp"
#include "tally.hpp"
#include "tolerances.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace rhombus::rules {

namespace {

constexpr std::string_view section = "reconnection";
constexpr std::uint16_t service_restart = 1012;

/// An end that nobody had asked the client for, after a first success.
struct unwanted_end {
    const connection_history* connection;
    at where;
    const connection_history* next; ///< The next attempt; nullptr: none was made.
};

std::vector<unwanted_end> unwanted_ends(const run_history& run) {
    std::vector<unwanted_end> ends;
    const auto attempts = stream_attempts(run);
    const auto until = end_of_observation(run);
    bool succeeded = false;
    for (std::size_t i = 0; i < attempts.size(); ++i) {
        const auto& one = *attempts[i];
        succeeded = succeeded || one.find(origin::server, "CONNECTED") != nullptr;
        const auto* const next = i + 1 < attempts.size() ? attempts[i + 1] : nullptr;
        const auto ended = one.closed && one.closed->where.n < until.n;
        if (succeeded && ended)
            ends.push_back({&one, one.closed->where, next});
    }
    return ends;
}

band patience(const unwanted_end& end, std::size_t earlier_ends) {
    const auto& close = end.connection->close_from_server;
    if (close && close->code == service_restart)
        return tolerances::reconnect_after_1012;
    return earlier_ends == 0 ? tolerances::first_reconnect : tolerances::later_reconnect;
}

void grade_end(const unwanted_end& end, const band& bounds, const run_history& run, tally& seen) {
    if (end.next != nullptr) {
        const auto waited = between(end.where, *end.next->first);
        return seen.grade(overdue(waited, bounds),
                          fmt::format("the client came back only after {}", to_text(waited)),
                          *end.next->first);
    }
    const auto& exit = run.process.exited;
    const auto until = end_of_observation(run);
    if (exit && exit->where.n <= until.n)
        return seen.breach(
            level::must,
            exit->what.code
                ? fmt::format("the client exited with {} instead of reconnecting", *exit->what.code)
                : std::string{"the client died instead of reconnecting"},
            {end.where.n, exit->where.n});
    const auto waited = between(end.where, until);
    if (const auto late = overdue(waited, bounds))
        seen.breach(*late, fmt::format("the client did not come back in {}", to_text(waited)),
                    {end.where.n});
}

ruling judge_return(const run_history& run, const context& /*with*/) {
    tally seen{basis::time};
    std::size_t ends = 0;
    for (const auto& end : unwanted_ends(run))
        grade_end(end, patience(end, ends++), run, seen);
    return std::move(seen).result("the client came back after each unwanted end",
                                  "no connection ended unasked after a first success");
}

struct waiting {
    at from;
    at to;
    std::chrono::nanoseconds length{0};
};

/// @returns the waits from the end of one attempt to the beginning of the next.
std::vector<waiting> waits(const run_history& run) {
    std::vector<waiting> found;
    const auto attempts = stream_attempts(run);
    const auto until = end_of_observation(run);
    for (std::size_t i = 1; i < attempts.size(); ++i) {
        const auto& before = *attempts[i - 1];
        const auto& next = *attempts[i]->first;
        const auto end = before.closed ? before.closed->where : *before.last;
        if (next.n < until.n)
            found.push_back({end, next, std::max(between(end, next), nanoseconds{0})});
    }
    return found;
}

/// @returns where three waits in a row were none.
const waiting* hot_loop(const std::vector<waiting>& all) {
    std::size_t in_a_row = 0;
    for (const auto& wait : all) {
        in_a_row = wait.length < tolerances::hot_loop_wait ? in_a_row + 1 : 0;
        if (in_a_row == tolerances::hot_loop_waits)
            return &wait;
    }
    return nullptr;
}

/// @returns whether the mean of five waits cannot fall below the bound any more: a client whose
/// waits grow makes few attempts in the time there is.
bool far_enough_apart(nanoseconds sum) {
    return sum >= tolerances::mean_wait * static_cast<std::int64_t>(tolerances::waits_judged);
}

void grade_mean(const std::vector<waiting>& all, tally& seen) {
    auto sum = nanoseconds{0};
    for (const auto& wait : all)
        sum += wait.length;
    if (all.size() < tolerances::waits_judged) {
        if (far_enough_apart(sum))
            seen.held(all.back().to, all.size());
        return;
    }
    const auto mean = sum / static_cast<std::int64_t>(all.size());
    if (mean < tolerances::mean_wait)
        seen.breach(level::must, fmt::format("attempts were {} apart on average", to_text(mean)),
                    {all.front().from.n, all.back().to.n});
    else
        seen.held(all.back().to, all.size());
}

ruling judge_no_hot_loop(const run_history& run, const context& /*with*/) {
    const auto all = waits(run);
    tally seen{basis::time};
    if (const auto* const hot = hot_loop(all))
        seen.breach(level::must,
                    fmt::format("{} attempts followed one another within {} each",
                                tolerances::hot_loop_waits + 1, to_text(tolerances::hot_loop_wait)),
                    {hot->from.n, hot->to.n});
    else if (!all.empty())
        grade_mean(all, seen);
    return std::move(seen).result("attempts kept their distance",
                                  fmt::format("only {} waits between attempts, {} are judged",
                                              all.size(), tolerances::waits_judged));
}

constexpr std::array rules_here{
    rule{.id = "R-701",
         .section = section,
         .title = "After a first success every unwanted end leads to a reconnect",
         .source = "TG Drops Intermittently; LG Reconnection Strategy",
         .settles = settles::at_once,
         .needs = {need::reconnect},
         .judge = judge_return},
    rule{.id = "R-702",
         .section = section,
         .title = "Attempts are half a second apart on average, never a tight loop",
         .source = "VR rate limits; LG Reconnection Strategy",
         .needs = {need::reconnect},
         .judge = judge_no_hot_loop},
};

} // namespace

std::span<const rule> reconnection_rules() {
    return rules_here;
}

} // namespace rhombus::rules
