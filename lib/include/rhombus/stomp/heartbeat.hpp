#pragma once

#include <rhombus/stomp/frame.hpp>

#include <boost/system/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rhombus::stomp {

/// One side's `heart-beat` header. Spec: STOMP 1.2, Heart-beating.
struct heartbeat_offer {
    milliseconds can_send{0}; ///< Its shortest interval; 0 ms: it cannot send.
    milliseconds wants{0};    ///< The interval it would like to hear; 0 ms: none.
    bool operator==(const heartbeat_offer&) const = default;
};

/// What a client does after negotiation; 0 ms means none.
struct heartbeat_plan {
    milliseconds send_every{0};   ///< To the server.
    milliseconds expect_every{0}; ///< From the server.
    bool operator==(const heartbeat_plan&) const = default;
};

/// Which of the header's two numbers.
enum class heartbeat_part : std::uint8_t { can_send, wants };

/// What is wrong with it.
enum class heartbeat_flaw : std::uint8_t {
    missing_comma, ///< The value ends behind its first number.
    missing_digit, ///< The number is empty.
    not_a_digit,   ///< Also a sign, a blank, or a second comma.
    too_large,     ///< 2^31 or more.
};

/// What is wrong with a `heart-beat` header, and where.
struct heartbeat_defect {
    heartbeat_flaw flaw = heartbeat_flaw::missing_comma; ///< The first that was found.
    heartbeat_part part = heartbeat_part::can_send;      ///< The number it stands in.
    std::size_t offset = 0; ///< In the value; its size where something is missing at its end.
    bool operator==(const heartbeat_defect&) const = default;
};

/// @returns the offer; 0,0 for an absent header; the first defect of anything but two decimal
/// numbers below 2^31 and a comma.
[[nodiscard]] boost::system::result<heartbeat_offer, heartbeat_defect>
parse_heartbeat(std::optional<std::string_view> value);

/// @returns one plain phrase in printable ASCII: which number, what was expected, what stands at
/// which octet of the value.
[[nodiscard]] std::string explain(const heartbeat_defect& what, std::string_view value);

/// @returns the header's value, e.g. `10000,10000`.
[[nodiscard]] std::string to_header(heartbeat_offer offer);

/// @returns the larger of both sides' numbers per direction, 0 ms where either side said 0.
/// Spec: STOMP 1.2, Heart-beating.
[[nodiscard]] heartbeat_plan negotiate(heartbeat_offer client, heartbeat_offer server) noexcept;

/// Added to every bound for the path's and the machines' jitter (requirements.md, section 1).
inline constexpr milliseconds scheduling_grace{250};

/// @returns how long a client may send nothing: 1.1 intervals and the grace; 0 ms where no beats
/// were agreed (requirements.md, section 1).
[[nodiscard]] milliseconds allowed_sending_gap(milliseconds send_every) noexcept;

/// @returns how long the server may be silent: two intervals, normal for brokers that look at their
/// clock once an interval, and the grace; 0 ms where no beats were agreed.
[[nodiscard]] milliseconds allowed_silence(milliseconds expect_every) noexcept;

/// When to beat and when the peer counts as dead, from one connection's plan.
class heartbeat_monitor {
public:
    /// @param silence_factor how many intervals without any octet are still life; requirements
    /// section 1 wants 2 to 3.5.
    heartbeat_monitor(heartbeat_plan plan, double silence_factor, time_point start);

    /// Something came, whatever it was.
    void received(time_point now) noexcept;
    /// Something went out, whatever it was.
    void sent(time_point now) noexcept;

    /// @returns whether a heart-beat must go out now.
    [[nodiscard]] bool beat_due(time_point now) const noexcept;
    /// @returns whether the peer counts as dead.
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
