#include <rhombus/session/reconnect_policy.hpp>

#include <algorithm>
#include <utility>

namespace rhombus::session {
namespace {

constexpr milliseconds restart_soonest{5'000};
constexpr milliseconds restart_latest{30'000};
/// Without a usable Retry-After (requirement R-139).
constexpr milliseconds unavailable_soonest{5'000};
/// How late one may come after a Retry-After (requirement R-139).
constexpr milliseconds lateness{30'000};

bool is_defect(end_cause cause) noexcept {
    return cause == end_cause::protocol || cause == end_cause::server;
}

} // namespace

reconnect_policy::reconnect_policy(reconnect_options options, std::function<double()> chance)
    : options_{options}, chance_{std::move(chance)} {}

milliseconds reconnect_policy::between(milliseconds low, milliseconds high) {
    const auto span = static_cast<double>((high - low).count());
    return low + milliseconds{static_cast<milliseconds::rep>(span * chance_())};
}

/// Doubles with each failure up to the cap; each wait is drawn from its upper half, so that many
/// clients spread and the waits still grow.
milliseconds reconnect_policy::growing_wait() {
    constexpr int enough_doublings = 16;
    const auto doubled = options_.base * (1 << std::min(failures_, enough_doublings));
    const auto longest = std::min(doubled, options_.cap);
    return between(longest / 2, longest);
}

/// Never early; a little late, so that many clients spread, and the later the more often it failed.
milliseconds reconnect_policy::asked_wait(milliseconds asked, milliseconds growing) {
    const auto kept = std::min(asked, options_.longest_retry_after);
    return std::max(between(kept, kept + kept / 10), std::min(growing, kept + lateness));
}

bool reconnect_policy::proved(end_cause cause, milliseconds subscribed_for) const noexcept {
    return subscribed_for >=
           (is_defect(cause) ? std::max(options_.proof, options_.cap) : options_.proof);
}

std::optional<milliseconds> reconnect_policy::next_wait(end_cause cause,
                                                        milliseconds subscribed_for,
                                                        std::optional<milliseconds> retry_after) {
    if (proved(cause, subscribed_for))
        failures_ = refusals_ = 0;
    ++failures_;
    refusals_ += cause == end_cause::credential ? 1 : 0;
    if (refusals_ >= options_.credential_attempts)
        gave_up_ = surrender::credential_refused;
    else if (options_.attempts && failures_ >= *options_.attempts)
        gave_up_ = surrender::attempts_used_up;
    if (gave_up_)
        return std::nullopt;

    const auto growing = growing_wait();
    if (retry_after && *retry_after > milliseconds{0})
        return asked_wait(*retry_after, growing);
    if (cause == end_cause::restarting)
        return between(restart_soonest, restart_latest);
    if (cause == end_cause::overloaded)
        return between(options_.cap * 5 / 6, options_.cap);
    return cause == end_cause::unavailable ? std::max(growing, unavailable_soonest) : growing;
}

void reconnect_policy::credential_renewed() noexcept {
    refusals_ = 0;
    if (gave_up_ == surrender::credential_refused)
        gave_up_.reset();
}

std::optional<surrender> reconnect_policy::gave_up() const noexcept {
    return gave_up_;
}

} // namespace rhombus::session
