#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace rhombus::session {

using std::chrono::milliseconds;

/// Why a connection ended or an attempt failed, as far as it decides about the next attempt
/// (requirements.md, section 11, table of close codes).
enum class end_cause : std::uint8_t {
    network,     ///< No connection, reset, 1006, silence: growing wait.
    orderly,     ///< 1000, 1001, 1005: growing wait.
    protocol,    ///< Someone broke a protocol: growing wait.
    server,      ///< 5xx, 1011, 1014: growing wait.
    credential,  ///< 401, 403, 1008, 3000, 3003, 4401, 4403: few attempts.
    restarting,  ///< 1012: 5 to 30 s.
    unavailable, ///< 503: growing wait, 5 s at least, or Retry-After.
    overloaded,  ///< 1013, 4429, 429: at the cap, or Retry-After.
};

/// @returns the cause that a WebSocket close code names; nullopt code: no Close frame came.
[[nodiscard]] end_cause cause_of_close(std::optional<std::uint16_t> code) noexcept;
/// @returns the cause that a refused upgrade's status names.
[[nodiscard]] end_cause cause_of_status(std::uint16_t status) noexcept;

struct reconnect_options {
    milliseconds base{1'000};
    milliseconds cap{60'000};
    milliseconds proof{10'000}; ///< Subscribed for that long: the connection was good.
    milliseconds longest_retry_after{300'000}; ///< At most this much of a Retry-After is kept to.
    int credential_attempts = 3;               ///< In a row, with an unchanged credential.
};

/// When to try again, and when to give up. Pure: chance is injected, time is told.
class reconnect_policy {
public:
    /// @param chance draws from 0 (included) to 1 (excluded).
    reconnect_policy(reconnect_options options, std::function<double()> chance);

    /// A connection ended, or an attempt failed.
    /// @param subscribed_for how long its subscription stood; 0 when there was none.
    /// @param retry_after what the server asked for.
    /// @returns the wait before the next attempt; nullopt: give up.
    [[nodiscard]] std::optional<milliseconds>
    next_wait(end_cause cause, milliseconds subscribed_for,
              std::optional<milliseconds> retry_after = std::nullopt);

private:
    [[nodiscard]] milliseconds between(milliseconds low, milliseconds high);
    [[nodiscard]] milliseconds growing_wait();

    reconnect_options options_;
    std::function<double()> chance_;
    int failures_ = 0; ///< In a row.
    int refusals_ = 0; ///< Of the credential, in a row.
};

} // namespace rhombus::session
