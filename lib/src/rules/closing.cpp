#include "observations.hpp"
#include "sections.hpp"
#include "tally.hpp"
#include "tolerances.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rhombus::rules {

namespace {

constexpr std::string_view section = "closing";
constexpr std::uint8_t first_control_opcode = 8;

bool client_closed_first(const connection_history& connection) {
    return connection.close_from_client &&
           connection.close_from_client->where.n < connection.close_from_server->where.n;
}

void grade_answer(const connection_history& connection, const run_history& run, tally& seen) {
    const auto& asked = connection.close_from_server->where;
    if (connection.close_from_client) {
        const auto& answered = connection.close_from_client->where;
        const auto took = between(asked, answered);
        return seen.grade(deviation(took, tolerances::close_answer),
                          fmt::format("the Close was answered after {}", to_text(took)), answered);
    }
    if (connection.closed && connection.closed->where.from == origin::client)
        return seen.breach(level::must, "the client ended TCP without answering the Close",
                           {asked.n, connection.closed->where.n});
    const auto until = connection.closed ? connection.closed->where : end_of_observation(run);
    const auto waited = between(asked, until);
    if (const auto late = overdue(waited, tolerances::close_answer))
        seen.breach(*late, fmt::format("the Close was not answered in {}", to_text(waited)),
                    {asked.n});
}

ruling judge_answer(const run_history& run, const context& /*with*/) {
    tally seen{basis::time};
    for (const auto& connection : run.connections) {
        if (connection.close_from_server && !client_closed_first(connection))
            grade_answer(connection, run, seen);
    }
    return std::move(seen).result("each Close was answered with a Close",
                                  "the server sent no Close");
}

/// Spec: RFC 6455, section 7.4: reserved, never on the wire, or outside the ranges in use.
bool may_be_sent(std::uint16_t code) {
    constexpr std::array<std::uint16_t, 4> reserved{1004, 1005, 1006, 1015};
    constexpr std::uint16_t lowest = 1000;
    constexpr std::uint16_t beyond = 5000;
    return code >= lowest && code < beyond &&
           std::find(reserved.begin(), reserved.end(), code) == reserved.end();
}

ruling judge_codes(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto& connection : run.connections) {
        const auto& close = connection.close_from_client;
        if (!close)
            continue;
        if (close->code && !may_be_sent(*close->code))
            seen.breach(level::must, fmt::format("the client sent close code {}", *close->code),
                        {close->where.n});
        else
            seen.held(close->where);
    }
    return std::move(seen).result("each Close had a code that may be sent, or none",
                                  "the client sent no Close");
}

ruling judge_data_after_close(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto& connection : run.connections) {
        const auto& close = connection.close_from_client;
        if (!close)
            continue;
        const auto late = std::find_if(
            connection.frames.begin(), connection.frames.end(), [&](const auto& frame) {
                return frame.where.from == origin::client && frame.where.n > close->where.n &&
                       frame.what.opcode < first_control_opcode;
            });
        if (late == connection.frames.end())
            seen.held(close->where);
        else
            seen.breach(level::must, "a data frame followed the client's own Close",
                        {close->where.n, late->where.n});
    }
    return std::move(seen).result("no data followed the client's own Close",
                                  "the client sent no Close");
}

constexpr std::array rules_here{
    rule{.id = "R-171",
         .section = section,
         .title = "A Close is answered with a Close",
         .source = "RFC 6455, section 5.5.1",
         .settles = settles::at_once,
         .judge = judge_answer},
    rule{.id = "R-173",
         .section = section,
         .title = "No close code is sent that must not be",
         .source = "RFC 6455, section 7.4",
         .judge = judge_codes},
    rule{.id = "R-178",
         .section = section,
         .title = "After the own Close no data frame is sent",
         .source = "RFC 6455, section 5.5.1",
         .judge = judge_data_after_close},
};

} // namespace

std::span<const rule> closing_rules() {
    return rules_here;
}

} // namespace rhombus::rules
