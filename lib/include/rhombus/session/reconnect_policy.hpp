#pragma once

#include <rhombus/session/end_cause.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace rhombus::session {

using std::chrono::milliseconds;

/// How patient a client is.
struct reconnect_options {
    milliseconds base{1'000};                  ///< The shortest first wait; doubles from then on.
    milliseconds cap{60'000};                  ///< The longest wait, but for Retry-After.
    milliseconds proof{10'000};                ///< Subscribed for that long: it was good.
    milliseconds longest_retry_after{300'000}; ///< At most this much of a Retry-After is kept to.
    int credential_attempts = 3;               ///< With an unchanged credential.
    std::optional<int> attempts{}; ///< In a row without a good connection; nullopt: no maximum.
};

/// Why there is no next attempt.
enum class surrender : std::uint8_t { credential_refused, attempts_used_up };

/// When to try again, and when to give up. Pure: chance is injected, time is told.
/// Spec: requirements.md, section 11; R-139 for Retry-After.
class reconnect_policy {
public:
    /// @param chance draws from 0 (included) to 1 (excluded).
    reconnect_policy(reconnect_options options, std::function<double()> chance);

    /// A connection ended, or an attempt failed. The waits begin anew only after a connection that
    /// proved good: neither a 101 nor CONNECTED is proof. After a defect (protocol, server) only
    /// one that outlasted the longest wait counts, so that a defect that comes back is slowed down.
    /// @param subscribed_for how long its subscription stood; 0 when there was none.
    /// @param retry_after what the server asked for.
    /// @returns the wait before the next attempt; nullopt: give up, see gave_up().
    [[nodiscard]] std::optional<milliseconds>
    next_wait(end_cause cause, milliseconds subscribed_for,
              std::optional<milliseconds> retry_after = std::nullopt);

    /// The credential has been read anew and is another one: its refusals do not count.
    void credential_renewed() noexcept;

    /// @returns why next_wait() gave up; nullopt while it did not.
    [[nodiscard]] std::optional<surrender> gave_up() const noexcept;

private:
    [[nodiscard]] bool proved(end_cause cause, milliseconds subscribed_for) const noexcept;
    [[nodiscard]] milliseconds between(milliseconds low, milliseconds high);
    [[nodiscard]] milliseconds growing_wait();
    [[nodiscard]] milliseconds asked_wait(milliseconds asked, milliseconds growing);

    reconnect_options options_;
    std::function<double()> chance_;
    int failures_ = 0; ///< Since the last good connection.
    int refusals_ = 0; ///< Of the credential, since then.
    std::optional<surrender> gave_up_;
};

} // namespace rhombus::session
