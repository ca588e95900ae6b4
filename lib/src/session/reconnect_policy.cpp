#include <rhombus/session/reconnect_policy.hpp>

#include <algorithm>
#include <utility>

namespace rhombus::session {
namespace {

constexpr milliseconds restart_soonest{5'000};
constexpr milliseconds restart_latest{30'000};
/// Without a Retry-After (requirement R-139).
constexpr milliseconds unavailable_soonest{5'000};

} // namespace

end_cause cause_of_close(std::optional<std::uint16_t> code) noexcept {
    switch (code.value_or(1006)) {
    case 1000:
    case 1001:
    case 1005:
        return end_cause::orderly;
    case 1006:
        return end_cause::network;
    case 1002:
    case 1003:
    case 1007:
    case 1009:
    case 1010:
        return end_cause::protocol;
    case 1008:
    case 3000:
    case 3003:
    case 4401:
    case 4403:
        return end_cause::credential;
    case 1012:
        return end_cause::restarting;
    case 1013:
    case 4429:
        return end_cause::overloaded;
    default:
        return end_cause::server;
    }
}

end_cause cause_of_status(std::uint16_t status) noexcept {
    if (status == 401 || status == 403)
        return end_cause::credential;
    if (status == 429)
        return end_cause::overloaded;
    if (status == 503)
        return end_cause::unavailable;
    return end_cause::server;
}

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
    const auto doubled = options_.base * (1 << std::min(failures_ - 1, enough_doublings));
    const auto longest = std::min(doubled, options_.cap);
    return between(longest / 2, longest);
}

std::optional<milliseconds> reconnect_policy::next_wait(end_cause cause,
                                                        milliseconds subscribed_for,
                                                        std::optional<milliseconds> retry_after) {
    if (subscribed_for >= options_.proof)
        failures_ = refusals_ = 0;
    ++failures_;
    refusals_ = cause == end_cause::credential ? refusals_ + 1 : 0;
    if (refusals_ >= options_.credential_attempts)
        return std::nullopt;

    const auto growing = growing_wait();
    if (retry_after && *retry_after > milliseconds{0})
        return std::max(std::min(*retry_after, options_.longest_retry_after), growing);
    if (cause == end_cause::restarting)
        return between(restart_soonest, restart_latest);
    if (cause == end_cause::overloaded)
        return between(options_.cap / 2, options_.cap);
    return cause == end_cause::unavailable ? std::max(growing, unavailable_soonest) : growing;
}

} // namespace rhombus::session
