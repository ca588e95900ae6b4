#pragma once

#include <rhombus/transcript/history.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Requirements on a client, judged over what a transcript says happened; pure.
namespace rhombus::rules {

/// How binding a requirement is; the harder one is the smaller value.
enum class level : std::uint8_t { must, should, may };

/// Whether servers of this kind are known to send what provokes the behaviour.
enum class reach : std::uint8_t { documented, seen, theoretical };

/// How strictly deviations that the vendor's own guides make are judged.
enum class profile : std::uint8_t { vendor, strict };

/// `not_observed`: nothing happened in which the requirement could have been broken.
enum class outcome : std::uint8_t { held, broken, not_observed };

/// What a ruling rests on: octets and their order are final, a time bound suffers from a busy host.
enum class basis : std::uint8_t { octets, time };

/// When more observation cannot change the answer any more.
enum class settles : std::uint8_t {
    at_once,       ///< As soon as it held: it is about something that happens.
    at_window_end, ///< Only then: it is about something that must not happen.
};

/// What a client must have so that a requirement can be judged on it.
enum class need : std::uint8_t {
    none,
    program,    ///< Not a library behind an adapter: the adapter would be judged.
    socket_api, ///< Sets headers and sees the HTTP status.
    events,     ///< Reports events on its standard output (level L1).
    reconnect,  ///< Offers reconnection.
};

/// What is under test: a whole program, or a library behind an adapter.
enum class client_kind : std::uint8_t { program, library };
/// How it opens a WebSocket: `whatwg` sets no headers and sees no status.
enum class client_api : std::uint8_t { socket, whatwg };
/// `l1` reports events on its standard output (clients/README.md).
enum class client_level : std::uint8_t { l0, l1 };
/// Whether the client has a capability.
enum class offered : std::uint8_t { no, yes };

/// What the client's file says of it.
struct client_traits {
    client_kind kind = client_kind::program; ///< Key `kind`.
    client_api api = client_api::socket;     ///< Key `api`.
    client_level level = client_level::l0;   ///< Key `level`.
    offered reconnect = offered::yes;        ///< Key `capabilities`.
};

/// What a rule may know beside the transcript.
struct context {
    rules::profile profile = rules::profile::vendor; ///< How strictly.
    client_traits client = {};                       ///< Under test.
    std::string organization = {}; ///< Uuid that the client should subscribe to; empty: unknown.
};

/// What a rule says of one transcript. `message` states what happened, not what to think of it.
struct ruling {
    outcome result = outcome::not_observed;  ///< Of this transcript.
    std::size_t opportunities = 0;           ///< Situations in which it could have been broken.
    std::string message = {};                ///< One plain sentence.
    std::vector<std::uint64_t> records = {}; ///< The evidence, by `n`.
    level weight = level::must; ///< Of what broke: a tolerance may make it lighter than the rule.
    basis rests_on = basis::octets; ///< What it could be wrong by.
};

/// One requirement and how it is judged.
struct rule {
    std::string_view id = {};                ///< e.g. `R-403`.
    std::string_view section = {};           ///< e.g. `heartbeat`.
    rules::level level = rules::level::must; ///< How binding it is.
    std::string_view title = {};             ///< What is required, one sentence.
    std::string_view source = {};            ///< Of the requirement: specification and section.
    /// Decides whether the breach is a failure or only told.
    rules::reach reach = rules::reach::documented;
    rules::settles settles = rules::settles::at_window_end; ///< When to stop looking.
    std::array<need, 2> needs = {need::none, need::none};   ///< Without these the rule is `n/a`.
    /// Pure: the answer depends on its arguments alone.
    ruling (*judge)(const transcript::run_history& run, const context& with) = nullptr;
};

/// @returns every rule, in the order of its id.
[[nodiscard]] const std::vector<rule>& all_rules();

/// @returns the rule with that id; nullptr when there is none.
[[nodiscard]] const rule* find_rule(std::string_view id);

} // namespace rhombus::rules
