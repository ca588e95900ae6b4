#include "observations.hpp"
#include "sections.hpp"
#include "tally.hpp"
#include "tolerances.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace rhombus::rules {

namespace {

constexpr std::string_view section = "subscription";
constexpr std::string_view none_made = "the client did not subscribe";
constexpr std::string_view topic_root = "/topic/change/";

std::vector<placed_frame> commands_from_client(const connection_history& connection,
                                               std::string_view command) {
    auto frames = frames_from(connection, origin::client);
    std::erase_if(frames, [&](const auto& frame) { return frame.frame->command != command; });
    return frames;
}

void grade_order(const connection_history& connection, const run_history& run, tally& seen) {
    const auto connected = first_frame(connection, origin::server, "CONNECTED");
    const auto asked = first_frame(connection, origin::client, "SUBSCRIBE");
    if (asked && (!connected || asked->where.n < connected->where.n))
        return seen.breach(level::must, "SUBSCRIBE was sent before CONNECTED had come",
                           {asked->where.n});
    if (!connected)
        return;
    const auto waited =
        between(connected->where, asked ? asked->where : end_of_dialogue(connection, run));
    if (const auto late = overdue(waited, tolerances::subscribe_after_connected))
        seen.breach(*late, fmt::format("no SUBSCRIBE in {} after CONNECTED", to_text(waited)),
                    {connected->where.n});
    else if (asked)
        seen.held(asked->where);
}

ruling judge_order(const run_history& run, const context& /*with*/) {
    tally seen{basis::time};
    for (const auto& connection : run.connections)
        grade_order(connection, run, seen);
    return std::move(seen).result("SUBSCRIBE followed CONNECTED", "no CONNECTED was sent");
}

bool names_an_organization(std::string_view destination) {
    if (!destination.starts_with(topic_root))
        return false;
    const auto uuid = destination.substr(topic_root.size());
    return !uuid.empty() && uuid != "null" && uuid != "undefined" &&
           uuid.find_first_of("/ \t\r\n") == std::string_view::npos;
}

ruling judge_destination(const run_history& run, const context& with) {
    tally seen;
    for (const auto& connection : run.connections) {
        for (const auto& asked : commands_from_client(connection, "SUBSCRIBE")) {
            const auto destination = asked.frame->find("destination").value_or("");
            const auto right = with.organization.empty()
                                   ? names_an_organization(destination)
                                   : destination == std::string{topic_root} + with.organization;
            if (right)
                seen.held(asked.where);
            else
                seen.breach(level::must, fmt::format("the destination was \"{}\"", destination),
                            {asked.where.n});
        }
    }
    return std::move(seen).result("the destination was that of the organization",
                                  std::string{none_made});
}

ruling judge_id(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto& connection : run.connections) {
        std::set<std::string_view> used;
        for (const auto& asked : commands_from_client(connection, "SUBSCRIBE")) {
            const auto id = asked.frame->find("id");
            if (!id)
                seen.breach(level::must, "SUBSCRIBE had no id", {asked.where.n});
            else if (!used.insert(*id).second)
                seen.breach(level::must, fmt::format("id {} was used again", *id), {asked.where.n});
            else
                seen.held(asked.where);
        }
    }
    return std::move(seen).result("each subscription had an id of its own", std::string{none_made});
}

bool acknowledges(const connection_history& connection) {
    const auto asked = commands_from_client(connection, "SUBSCRIBE");
    return std::any_of(asked.begin(), asked.end(), [](const auto& one) {
        return one.frame->find("ack").value_or("auto") != "auto";
    });
}

ruling judge_no_ack(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto& connection : run.connections) {
        if (acknowledges(connection))
            continue;
        for (const auto& frame : frames_from(connection, origin::server)) {
            if (frame.frame->command == "MESSAGE")
                seen.held(frame.where);
        }
        for (const auto& frame : frames_from(connection, origin::client)) {
            if (frame.frame->command == "ACK" || frame.frame->command == "NACK")
                seen.breach(level::must,
                            fmt::format("{} was sent in auto mode", frame.frame->command),
                            {frame.where.n});
        }
    }
    return std::move(seen).result("no ACK or NACK was sent", "no MESSAGE was delivered");
}

ruling judge_renewed(const run_history& run, const context& /*with*/) {
    tally seen{basis::time};
    bool subscribed_before = false;
    for (const auto& connection : run.connections) {
        const auto connected = first_frame(connection, origin::server, "CONNECTED");
        const auto asked = first_frame(connection, origin::client, "SUBSCRIBE");
        if (connected && subscribed_before) {
            const auto waited = between(connected->where, end_of_dialogue(connection, run));
            if (asked)
                seen.held(asked->where);
            else if (overdue(waited, tolerances::subscribe_after_connected))
                seen.breach(level::must,
                            fmt::format("reconnected, and no SUBSCRIBE in {}", to_text(waited)),
                            {connected->where.n});
        }
        subscribed_before = subscribed_before || asked;
    }
    return std::move(seen).result("the subscription was renewed after each reconnection",
                                  "the client did not reconnect after having subscribed");
}

/// @returns the second subscription to a destination while the first one stands.
std::optional<std::pair<at, at>> doubled(const connection_history& connection) {
    std::map<std::string_view, std::pair<std::string_view, at>> standing;
    for (const auto& sent : frames_from(connection, origin::client)) {
        const auto id = sent.frame->find("id").value_or("");
        if (sent.frame->command == "UNSUBSCRIBE")
            std::erase_if(standing, [&](const auto& one) { return one.second.first == id; });
        if (sent.frame->command != "SUBSCRIBE")
            continue;
        const auto destination = sent.frame->find("destination").value_or("");
        const auto [place, fresh] = standing.try_emplace(destination, id, sent.where);
        if (!fresh)
            return std::pair{place->second.second, sent.where};
    }
    return std::nullopt;
}

ruling judge_once(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto& connection : run.connections) {
        const auto first = first_frame(connection, origin::client, "SUBSCRIBE");
        if (!first)
            continue;
        if (const auto twice = doubled(connection))
            seen.breach(level::must, "the same destination was subscribed to twice",
                        {twice->first.n, twice->second.n});
        else
            seen.held(first->where);
    }
    return std::move(seen).result("each connection held one subscription", std::string{none_made});
}

constexpr std::array rules_here{
    rule{.id = "R-501",
         .section = section,
         .title = "SUBSCRIBE follows CONNECTED, never precedes it",
         .source = "LG Step 3; TG Missing Events",
         .settles = settles::at_once,
         .judge = judge_order},
    rule{.id = "R-502",
         .section = section,
         .title = "The destination is exactly /topic/change/{orgUuid}",
         .source = "TG No Messages Received",
         .judge = judge_destination},
    rule{.id = "R-503",
         .section = section,
         .title = "The id of a subscription is present and unique",
         .source = "STOMP 1.2, SUBSCRIBE id Header",
         .judge = judge_id},
    rule{.id = "R-504",
         .section = section,
         .title = "In auto mode no ACK or NACK is sent",
         .source = "STOMP 1.2, SUBSCRIBE ack Header",
         .judge = judge_no_ack},
    rule{.id = "R-509",
         .section = section,
         .title = "The subscription is renewed on every connection",
         .source = "LG Full Reconnection Loop",
         .settles = settles::at_once,
         .needs = {need::reconnect},
         .judge = judge_renewed},
    rule{.id = "R-510",
         .section = section,
         .title = "The subscription exists once",
         .source = "LG Full Reconnection Loop; STOMP 1.2, SUBSCRIBE",
         .judge = judge_once},
};

} // namespace

std::span<const rule> subscription_rules() {
    return rules_here;
}

} // namespace rhombus::rules
