#pragma once

#include <rhombus/rules/rule.hpp>
#include <rhombus/transcript/headers.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What several rules read out of a history.
namespace rhombus::rules {

using transcript::at;
using transcript::connection_history;
using transcript::origin;
using transcript::run_history;

/// @returns the time from one record to the other.
[[nodiscard]] std::chrono::nanoseconds between(const at& from, const at& to);
/// @returns e.g. `12.3 s` or `40 ms`.
[[nodiscard]] std::string to_text(std::chrono::nanoseconds duration);

/// @returns the weight of a deviation that the vendor's guides make themselves.
[[nodiscard]] level vendor_tolerated(const context& with);

using transcript::same_token;

/// @returns the values of all headers of that name, in order.
[[nodiscard]] std::vector<std::string_view> values_of(const transcript::header_list& headers,
                                                      std::string_view name);

/// One request to open a WebSocket.
struct upgrade_attempt {
    const connection_history* connection;
    const transcript::seen<transcript::http_request>* request;
};
[[nodiscard]] std::vector<upgrade_attempt> upgrade_attempts(const run_history& run);

/// @returns the connections that were meant for the WebSocket: all that carried no REST request.
[[nodiscard]] std::vector<const connection_history*> stream_attempts(const run_history& run);
/// @returns the connections on which the server answered 101.
[[nodiscard]] std::vector<const connection_history*> upgraded(const run_history& run);

/// One whole STOMP frame and where it was completed.
struct placed_frame {
    at where;
    const stomp::frame* frame;
};
[[nodiscard]] std::vector<placed_frame> frames_from(const connection_history& connection,
                                                    origin from);
/// @returns the first frame from that side with that command.
[[nodiscard]] std::optional<placed_frame> first_frame(const connection_history& connection,
                                                      origin from, std::string_view command);
/// @returns CONNECT or STOMP.
[[nodiscard]] std::optional<placed_frame> hello(const connection_history& connection);

/// What both sides agreed on, valid since CONNECTED came.
struct agreed_beats {
    at since;
    stomp::heartbeat_plan plan;
};
/// @returns nullopt before CONNECTED, or where a header is malformed.
[[nodiscard]] std::optional<agreed_beats> negotiated(const connection_history& connection);

/// @returns when the two stopped talking: the first of a Close, DISCONNECT, ERROR, the end of TCP
/// and the request to stop; else the end of the observation.
[[nodiscard]] at end_of_dialogue(const connection_history& connection, const run_history& run);

/// @returns until when the client acted by itself: the request to stop, else the last record.
[[nodiscard]] at end_of_observation(const run_history& run);

/// @returns the first sign on the wire that the client has given this connection up: its Close, its
/// end of TCP, or a later attempt.
[[nodiscard]] std::optional<at> given_up(const connection_history& connection,
                                         const run_history& run);

/// @returns whether a secret stood here: transcripts hold its name between ‹ and › instead.
[[nodiscard]] bool holds_secret(std::string_view text, const run_history& run);

} // namespace rhombus::rules
