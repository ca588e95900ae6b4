#pragma once

#include <rhombus/rules/rule.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

/// The timing constants of the requirements (section 1), and how a measured time is graded.
namespace rhombus::rules {

using nanoseconds = std::chrono::nanoseconds;
using namespace std::chrono_literals;

/// Added to every bound, in the client's favour: what a scheduler may cost.
inline constexpr nanoseconds scheduling = 250ms;

/// Inside `good`: held. Inside `tolerable`: broken as a SHOULD. Outside: broken as a MUST.
struct band {
    nanoseconds good_from;
    nanoseconds good_to;
    nanoseconds tolerable_from;
    nanoseconds tolerable_to;
};

namespace tolerances {

inline constexpr nanoseconds forever = nanoseconds::max() / 2;

inline constexpr band connect_after_101{0s, 5s, 0s, forever};
inline constexpr band connected_wait{3s, 30s, 0s, 75s};
inline constexpr band subscribe_after_connected{0s, 5s, 0s, forever};
inline constexpr band pong{0s, 1s, 0s, 10s};
inline constexpr band close_answer{0s, 1s, 0s, 5s};
inline constexpr band receipt_wait{0s, 3s, 0s, 10s};
/// A first reconnect later than this is none (table: 6 to 30 s is tolerable).
inline constexpr band first_reconnect{0s, 6s, 0s, 30s};
inline constexpr band later_reconnect{0s, 60s, 0s, 300s};
inline constexpr band reconnect_after_1012{0s, 30s, 0s, 60s};
inline constexpr nanoseconds connection_kept = 5s;
inline constexpr nanoseconds receipt_patience = 2s;
inline constexpr nanoseconds event_delivery = 2s;

/// Multiples of the negotiated interval.
struct multiples {
    double good_from;
    double good_to;
    double tolerable_from;
    double tolerable_to;
};
inline constexpr multiples outgoing_gap{0.0, 1.1, 0.0, 2.0};
inline constexpr multiples silence_noticed{2.0, 3.5, 1.0, 6.0};
inline constexpr double beats_too_close = 0.2;
inline constexpr double beats_flood = 0.05;

/// Random waits between attempts.
inline constexpr std::size_t waits_judged = 5;
inline constexpr std::size_t hot_loop_waits = 3;
inline constexpr nanoseconds hot_loop_wait = 100ms;
inline constexpr nanoseconds mean_wait = 500ms;

inline constexpr std::size_t masks_judged = 20;

} // namespace tolerances

/// @returns the band in time for one interval.
[[nodiscard]] band scaled(const tolerances::multiples& bounds, nanoseconds interval);

/// @returns nullopt inside the good band, else the weight of the deviation.
[[nodiscard]] std::optional<level> deviation(nanoseconds measured, const band& bounds);

/// For something still awaited after `elapsed`. @returns what is certain already: nullopt while it
/// may still come in time.
[[nodiscard]] std::optional<level> overdue(nanoseconds elapsed, const band& bounds);

} // namespace rhombus::rules
