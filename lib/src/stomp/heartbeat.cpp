#include <rhombus/stomp/heartbeat.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace rhombus::stomp {
namespace {

std::optional<milliseconds> interval(std::string_view digits) noexcept {
    std::uint32_t value = 0;
    const auto* const last = digits.data() + digits.size();
    const auto [stop, failure] = std::from_chars(digits.data(), last, value);
    if (digits.empty() || failure != std::errc{} || stop != last || value > 0x7FFFFFFFU)
        return std::nullopt;
    return milliseconds{value};
}

/// Beats go out at nine tenths of the interval: sent exactly on time, each would arrive late by the
/// path's jitter, and servers that allow no margin exist.
milliseconds sending_interval(const heartbeat_plan& plan) noexcept {
    return plan.send_every * 9 / 10;
}

milliseconds slower(milliseconds a, milliseconds b) noexcept {
    return a.count() == 0 || b.count() == 0 ? milliseconds{0} : std::max(a, b);
}

} // namespace

boost::system::result<heartbeat_offer, parse_error>
parse_heartbeat(std::optional<std::string_view> value) {
    if (!value)
        return heartbeat_offer{};
    const auto comma = value->find(',');
    if (comma == std::string_view::npos)
        return parse_error{errc::malformed_heartbeat, value->size()};
    const auto can_send = interval(value->substr(0, comma));
    const auto wants = interval(value->substr(comma + 1));
    if (!can_send)
        return parse_error{errc::malformed_heartbeat, 0};
    if (!wants)
        return parse_error{errc::malformed_heartbeat, comma + 1};
    return heartbeat_offer{*can_send, *wants};
}

std::string to_header(heartbeat_offer offer) {
    return std::to_string(offer.can_send.count()) + ',' + std::to_string(offer.wants.count());
}

heartbeat_plan negotiate(heartbeat_offer client, heartbeat_offer server) noexcept {
    return {slower(client.can_send, server.wants), slower(client.wants, server.can_send)};
}

heartbeat_monitor::heartbeat_monitor(heartbeat_plan plan, double silence_factor, time_point start)
    : plan_{plan}, patience_{static_cast<milliseconds::rep>(
                       static_cast<double>(plan.expect_every.count()) * silence_factor)},
      last_received_{start}, last_sent_{start} {}

void heartbeat_monitor::received(time_point now) noexcept {
    last_received_ = now;
}
void heartbeat_monitor::sent(time_point now) noexcept {
    last_sent_ = now;
}

bool heartbeat_monitor::beat_due(time_point now) const noexcept {
    return plan_.send_every.count() > 0 && now >= last_sent_ + sending_interval(plan_);
}

bool heartbeat_monitor::peer_silent(time_point now) const noexcept {
    return patience_.count() > 0 && now > last_received_ + patience_;
}

std::optional<time_point> heartbeat_monitor::deadline() const noexcept {
    std::optional<time_point> due;
    if (plan_.send_every.count() > 0)
        due = last_sent_ + sending_interval(plan_);
    if (patience_.count() > 0) {
        // peer_silent is true only after this moment, so one tick later than it.
        const auto silent = last_received_ + patience_ + milliseconds{1};
        due = due ? std::min(*due, silent) : silent;
    }
    return due;
}

} // namespace rhombus::stomp
