#include "observations.hpp"
#include "sections.hpp"
#include "tally.hpp"
#include "tolerances.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rhombus::rules {

namespace {

constexpr std::string_view section = "disconnect";
constexpr std::string_view not_asked = "the client was not asked to stop while connected";
constexpr std::string_view no_goodbye = "the client sent no DISCONNECT";

/// @returns whether the dialogue was still going on when the client was asked to stop.
bool alive_at(const connection_history& connection, const at& asked) {
    const auto before = [&](const auto& one) { return one && one->where.n < asked.n; };
    const auto* const error = connection.find(origin::server, "ERROR");
    return connection.find(origin::server, "CONNECTED") != nullptr && !before(connection.closed) &&
           !before(connection.close_from_server) && !before(connection.close_from_client) &&
           (error == nullptr || error->where.n > asked.n);
}

std::vector<const connection_history*> wanted_ends(const run_history& run) {
    std::vector<const connection_history*> ends;
    if (!run.process.asked_to_stop)
        return ends;
    for (const auto& connection : run.connections) {
        if (alive_at(connection, *run.process.asked_to_stop))
            ends.push_back(&connection);
    }
    return ends;
}

ruling judge_goodbye(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto* const connection : wanted_ends(run)) {
        const auto goodbye = first_frame(*connection, origin::client, "DISCONNECT");
        if (goodbye)
            seen.held(goodbye->where);
        else
            seen.breach(level::should, "the client ended without DISCONNECT",
                        {run.process.asked_to_stop->n, connection->last->n});
    }
    return std::move(seen).result("a wanted end sent DISCONNECT", std::string{not_asked});
}

/// @returns the client's end of the connection: its Close or its end of TCP.
std::optional<at> end_by_client(const connection_history& connection) {
    if (connection.close_from_client)
        return connection.close_from_client->where;
    if (connection.closed && connection.closed->where.from == origin::client)
        return connection.closed->where;
    return std::nullopt;
}

void grade_receipt(const connection_history& connection, const placed_frame& goodbye, tally& seen) {
    if (!goodbye.frame->find("receipt"))
        return seen.breach(level::should, "DISCONNECT asked for no receipt", {goodbye.where.n});
    const auto receipt = first_frame(connection, origin::server, "RECEIPT");
    const auto end = end_by_client(connection);
    const auto answered = receipt && (!end || receipt->where.n < end->n);
    if (answered || !end ||
        between(goodbye.where, *end) >= tolerances::receipt_patience - scheduling)
        return seen.held(goodbye.where);
    seen.breach(level::should,
                fmt::format("the client waited only {} for the receipt",
                            to_text(between(goodbye.where, *end))),
                {goodbye.where.n, end->n});
}

ruling judge_receipt(const run_history& run, const context& /*with*/) {
    tally seen{basis::time};
    for (const auto& connection : run.connections) {
        if (const auto goodbye = first_frame(connection, origin::client, "DISCONNECT"))
            grade_receipt(connection, *goodbye, seen);
    }
    return std::move(seen).result("DISCONNECT asked for a receipt and waited for it",
                                  std::string{no_goodbye});
}

ruling judge_silence_after(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto& connection : run.connections) {
        const auto goodbye = first_frame(connection, origin::client, "DISCONNECT");
        if (!goodbye)
            continue;
        seen.held(goodbye->where);
        for (const auto& item : connection.stomp) {
            if (item.where.from != origin::client || item.where.n <= goodbye->where.n)
                continue;
            const auto beat = std::holds_alternative<transcript::stomp_eol>(item.what);
            seen.breach(beat ? level::should : level::must,
                        beat ? "a beat followed DISCONNECT" : "a frame followed DISCONNECT",
                        {goodbye->where.n, item.where.n});
        }
    }
    return std::move(seen).result("nothing followed DISCONNECT", std::string{no_goodbye});
}

void grade_close(const connection_history& connection, tally& seen) {
    constexpr std::uint16_t normal = 1000;
    constexpr std::uint16_t going_away = 1001;
    const auto& close = connection.close_from_client;
    if (!close)
        return seen.breach(level::should, "TCP ended without a Close from the client",
                           {connection.last->n});
    if (close->code == normal || close->code == going_away)
        return seen.held(close->where);
    // The server may close first, in answer to DISCONNECT; its code is then echoed.
    if (connection.close_from_server && connection.close_from_server->where.n < close->where.n)
        return seen.held(close->where);
    seen.breach(level::should,
                close->code ? fmt::format("the Close had code {}", *close->code)
                            : std::string{"the Close had no code"},
                {close->where.n});
}

ruling judge_close(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto* const connection : wanted_ends(run))
        grade_close(*connection, seen);
    return std::move(seen).result("a Close preceded the end of TCP", std::string{not_asked});
}

constexpr std::array rules_here{
    rule{.id = "R-601",
         .section = section,
         .level = level::should,
         .title = "A wanted end sends DISCONNECT",
         .source = "LG Step 5; STOMP 1.2, DISCONNECT",
         .judge = judge_goodbye},
    rule{.id = "R-602",
         .section = section,
         .level = level::should,
         .title = "DISCONNECT asks for a receipt and waits for it",
         .source = "STOMP 1.2, DISCONNECT",
         .judge = judge_receipt},
    rule{.id = "R-604",
         .section = section,
         .title = "After DISCONNECT no frame is sent",
         .source = "STOMP 1.2, DISCONNECT",
         .judge = judge_silence_after},
    rule{.id = "R-605",
         .section = section,
         .level = level::should,
         .title = "A Close 1000 or 1001 precedes the end of TCP",
         .source = "RFC 6455, section 7.1.1; LG Step 5",
         .judge = judge_close},
};

} // namespace

std::span<const rule> disconnect_rules() {
    return rules_here;
}

} // namespace rhombus::rules
