#pragma once

#include <rhombus/stomp/heartbeat.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace rhombus::scenario {

/// A duration that may depend on what client and server agree on: `7 * hb.server + 60s`.
struct window {
    std::chrono::nanoseconds fixed{0};
    double server_intervals = 0; ///< Of N_in: how often the server beats.
    double client_intervals = 0; ///< Of N_out.

    bool operator==(const window&) const = default;
};

/// @returns the window, or nullopt for anything but a sum of durations and multiples of hb.server
/// and hb.client of at most 30 days and 1000 intervals.
[[nodiscard]] std::optional<window> parse_window(std::string_view text);

/// @returns its length under this plan; nullopt where it needs an interval that was not agreed.
[[nodiscard]] std::optional<std::chrono::nanoseconds> length_of(const window& subject,
                                                                const stomp::heartbeat_plan& plan);

} // namespace rhombus::scenario
