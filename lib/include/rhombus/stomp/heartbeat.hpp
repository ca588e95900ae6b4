#pragma once

#include <rhombus/stomp/frame.hpp>

#include <boost/system/result.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace rhombus::stomp {

/// One side's `heart-beat` header. Spec: STOMP 1.2, Heart-beating.
struct heartbeat_offer {
    milliseconds can_send{0};
    milliseconds wants{0};
    bool operator==(const heartbeat_offer&) const = default;
};

/// What a client does after negotiation; 0 ms means none.
struct heartbeat_plan {
    milliseconds send_every{0};
    milliseconds expect_every{0};
    bool operator==(const heartbeat_plan&) const = default;
};

/// @returns the offer; 0,0 for an absent header; errc::malformed_heartbeat for anything but two
/// decimal numbers below 2^31 and a comma.
[[nodiscard]] boost::system::result<heartbeat_offer, parse_error>
parse_heartbeat(std::optional<std::string_view> value);

/// @returns the header's value, e.g. `10000,10000`.
[[nodiscard]] std::string to_header(heartbeat_offer offer);

/// @returns the larger of both sides' numbers per direction, 0 ms where either side said 0.
/// Spec: STOMP 1.2, Heart-beating.
[[nodiscard]] heartbeat_plan negotiate(heartbeat_offer client, heartbeat_offer server) noexcept;

/// When to beat and when the peer counts as dead, from one connection's plan.
class heartbeat_monitor {
public:
    /// @param silence_factor how many intervals without any octet are still life; requirements
    /// section 1 wants 2 to 3.5.
    heartbeat_monitor(heartbeat_plan plan, double silence_factor, time_point start);

    void received(time_point now) noexcept;
    void sent(time_point now) noexcept;

    [[nodiscard]] bool beat_due(time_point now) const noexcept;
    [[nodiscard]] bool peer_silent(time_point now) const noexcept;
    /// @returns the next moment at which beat_due or peer_silent can change; nullopt: none.
    [[nodiscard]] std::optional<time_point> deadline() const noexcept;

private:
    heartbeat_plan plan_;
    milliseconds patience_;
    time_point last_received_;
    time_point last_sent_;
};

} // namespace rhombus::stomp
