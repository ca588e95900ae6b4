#include "observations.hpp"
#include "sections.hpp"
#include "tally.hpp"
#include "tolerances.hpp"

#include <fmt/format.h>

namespace rhombus::rules {

namespace {

constexpr std::string_view section = "stomp_incoming";

/// @returns whether the server ended the wait itself: by ERROR, by Close, or by the end of TCP.
bool server_ended(const connection_history& connection, const at& until) {
    const auto error = connection.find(origin::server, "ERROR");
    const auto tcp_by_server = connection.closed &&
                               connection.closed->where.from == origin::server &&
                               connection.closed->where.n < until.n;
    return error != nullptr || tcp_by_server ||
           (connection.close_from_server && connection.close_from_server->where.n < until.n);
}

void grade_wait(const connection_history& connection, const placed_frame& asked,
                const run_history& run, tally& seen) {
    const auto end = end_of_observation(run);
    const auto sign = given_up(connection, run);
    const auto gave_up = sign && sign->n < end.n;
    const auto until = gave_up ? *sign : end;
    const auto waited = between(asked.where, until);
    if (server_ended(connection, until))
        return;
    if (gave_up)
        return seen.grade(
            deviation(waited, tolerances::connected_wait),
            fmt::format("CONNECTED did not come; the client gave up after {}", to_text(waited)),
            until);
    if (const auto late = overdue(waited, tolerances::connected_wait))
        seen.breach(*late,
                    fmt::format("CONNECTED did not come; the client still waited after {}",
                                to_text(waited)),
                    {asked.where.n});
}

ruling judge_connected_wait(const run_history& run, const context& /*with*/) {
    tally seen{basis::time};
    for (const auto& connection : run.connections) {
        const auto asked = hello(connection);
        if (asked && connection.find(origin::server, "CONNECTED") == nullptr)
            grade_wait(connection, *asked, run, seen);
    }
    return std::move(seen).result("the client gave up waiting in time",
                                  "no CONNECTED was withheld for long enough");
}

constexpr std::array rules_here{
    rule{.id = "R-318",
         .section = section,
         .title = "CONNECTED is waited for a limited time",
         .source = "TG CONNECTED Never Received",
         .settles = settles::at_once,
         .judge = judge_connected_wait},
};

} // namespace

std::span<const rule> stomp_incoming_rules() {
    return rules_here;
}

} // namespace rhombus::rules
