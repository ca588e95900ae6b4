#include "observations.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rhombus::rules {

namespace {

/// Keeps the earlier of two places in the transcript.
void take_earlier(std::optional<at>& kept, const at& other) {
    if (!kept || other.n < kept->n)
        kept = other;
}

} // namespace

std::chrono::nanoseconds between(const at& from, const at& to) {
    return std::chrono::nanoseconds{to.when.t_ns - from.when.t_ns};
}

std::string to_text(std::chrono::nanoseconds duration) {
    using namespace std::chrono;
    const auto ms = duration_cast<milliseconds>(duration).count();
    constexpr auto second = 1000;
    return ms < second ? fmt::format("{} ms", ms)
                       : fmt::format("{:.1f} s", static_cast<double>(ms) / second);
}

level vendor_tolerated(const context& with) {
    return with.profile == profile::strict ? level::must : level::should;
}

std::vector<std::string_view> values_of(const transcript::header_list& headers,
                                        std::string_view name) {
    std::vector<std::string_view> values;
    for (const auto& [field, value] : headers) {
        if (transcript::same_token(field, name))
            values.emplace_back(value);
    }
    return values;
}

std::vector<upgrade_attempt> upgrade_attempts(const run_history& run) {
    std::vector<upgrade_attempt> attempts;
    for (const auto& connection : run.connections) {
        for (const auto& request : connection.requests) {
            if (request.what.purpose == "upgrade")
                attempts.push_back({&connection, &request});
        }
    }
    return attempts;
}

std::vector<const connection_history*> stream_attempts(const run_history& run) {
    std::vector<const connection_history*> attempts;
    for (const auto& connection : run.connections) {
        const auto rest = std::any_of(connection.requests.begin(), connection.requests.end(),
                                      [](const auto& one) { return one.what.purpose == "rest"; });
        if (connection.first && !rest)
            attempts.push_back(&connection);
    }
    return attempts;
}

std::vector<const connection_history*> upgraded(const run_history& run) {
    std::vector<const connection_history*> connections;
    for (const auto& connection : run.connections) {
        if (connection.upgrade() != nullptr)
            connections.push_back(&connection);
    }
    return connections;
}

std::vector<placed_frame> frames_from(const connection_history& connection, origin from) {
    std::vector<placed_frame> frames;
    for (const auto& item : connection.stomp) {
        const auto* const whole = std::get_if<stomp::parsed_frame>(&item.what);
        if (whole != nullptr && item.where.from == from)
            frames.push_back({item.where, &whole->frame});
    }
    return frames;
}

std::optional<placed_frame> first_frame(const connection_history& connection, origin from,
                                        std::string_view command) {
    const auto* const item = connection.find(from, command);
    if (item == nullptr)
        return std::nullopt;
    return placed_frame{item->where, &std::get<stomp::parsed_frame>(item->what).frame};
}

std::optional<placed_frame> hello(const connection_history& connection) {
    auto found = first_frame(connection, origin::client, "CONNECT");
    return found ? found : first_frame(connection, origin::client, "STOMP");
}

std::optional<agreed_beats> negotiated(const connection_history& connection) {
    const auto asked = hello(connection);
    const auto answered = first_frame(connection, origin::server, "CONNECTED");
    if (!asked || !answered)
        return std::nullopt;
    const auto client = stomp::parse_heartbeat(asked->frame->find("heart-beat"));
    const auto server = stomp::parse_heartbeat(answered->frame->find("heart-beat"));
    if (!client || !server)
        return std::nullopt;
    return agreed_beats{answered->where, stomp::negotiate(*client, *server)};
}

at end_of_dialogue(const connection_history& connection, const run_history& run) {
    std::optional<at> first;
    if (connection.close_from_client)
        take_earlier(first, connection.close_from_client->where);
    if (connection.close_from_server)
        take_earlier(first, connection.close_from_server->where);
    if (connection.closed)
        take_earlier(first, connection.closed->where);
    if (const auto goodbye = first_frame(connection, origin::client, "DISCONNECT"))
        take_earlier(first, goodbye->where);
    if (const auto error = first_frame(connection, origin::server, "ERROR"))
        take_earlier(first, error->where);
    take_earlier(first, end_of_observation(run));
    return *first;
}

at end_of_observation(const run_history& run) {
    auto last = run.last;
    if (run.process.asked_to_stop)
        take_earlier(last, *run.process.asked_to_stop);
    return last.value_or(at{});
}

std::optional<at> given_up(const connection_history& connection, const run_history& run) {
    std::optional<at> sign;
    if (connection.close_from_client)
        take_earlier(sign, connection.close_from_client->where);
    if (connection.closed && connection.closed->where.from == origin::client)
        take_earlier(sign, connection.closed->where);
    for (const auto* const later : stream_attempts(run)) {
        if (later->conn > connection.conn)
            take_earlier(sign, *later->first);
    }
    return sign;
}

bool holds_secret(std::string_view text, const run_history& run) {
    if (!run.begin)
        return false;
    const auto& names = run.begin->what.redacted;
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return text.find(fmt::format("‹{}›", name)) != std::string_view::npos;
    });
}

} // namespace rhombus::rules
