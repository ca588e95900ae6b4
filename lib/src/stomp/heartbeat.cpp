#include <rhombus/stomp/heartbeat.hpp>

#include <algorithm>
#include <cstdint>

namespace rhombus::stomp {
namespace {

using part_result = boost::system::result<milliseconds, heartbeat_defect>;

constexpr std::int64_t largest = 0x7FFF'FFFF;

/// @param begin where the number stands in the header's value.
part_result read_number(std::string_view digits, heartbeat_part part, std::size_t begin) {
    if (digits.empty())
        return heartbeat_defect{heartbeat_flaw::missing_digit, part, begin};
    std::int64_t value = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (digits[i] < '0' || digits[i] > '9')
            return heartbeat_defect{heartbeat_flaw::not_a_digit, part, begin + i};
        // Stays above the largest, however many digits follow.
        value = std::min(value * 10 + (digits[i] - '0'), largest + 1);
    }
    if (value > largest)
        return heartbeat_defect{heartbeat_flaw::too_large, part, begin};
    return milliseconds{value};
}

std::string shown(char octet) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto value = static_cast<unsigned char>(octet);
    if (value > 0x20 && value < 0x7F)
        return std::string{"'"} + octet + "'";
    return std::string{"0x"} + digits[value >> 4U] + digits[value & 0xFU];
}

/// Beats go out at nine tenths of the interval: sent exactly on time, each would arrive late by the
/// path's jitter, and servers that allow no margin exist.
milliseconds sending_interval(const heartbeat_plan& plan) noexcept {
    return std::max(plan.send_every * 9 / 10, milliseconds{1});
}

milliseconds slower(milliseconds a, milliseconds b) noexcept {
    return a.count() == 0 || b.count() == 0 ? milliseconds{0} : std::max(a, b);
}

} // namespace

boost::system::result<heartbeat_offer, heartbeat_defect>
parse_heartbeat(std::optional<std::string_view> value) {
    if (!value)
        return heartbeat_offer{};
    const auto comma = value->find(',');
    const auto can_send = read_number(value->substr(0, comma), heartbeat_part::can_send, 0);
    if (!can_send)
        return can_send.error();
    if (comma == std::string_view::npos)
        return heartbeat_defect{heartbeat_flaw::missing_comma, heartbeat_part::wants,
                                value->size()};
    const auto wants = read_number(value->substr(comma + 1), heartbeat_part::wants, comma + 1);
    if (!wants)
        return wants.error();
    return heartbeat_offer{*can_send, *wants};
}

std::string explain(const heartbeat_defect& what, std::string_view value) {
    const std::string which =
        what.part == heartbeat_part::can_send ? "first number" : "second number";
    const auto where = " at octet " + std::to_string(what.offset);
    switch (what.flaw) {
    case heartbeat_flaw::missing_comma:
        return "expected a comma and a " + which + where;
    case heartbeat_flaw::missing_digit:
        return "expected a digit of the " + which + where;
    case heartbeat_flaw::not_a_digit:
        return "expected a digit of the " + which + where + ", got " +
               (what.offset < value.size() ? shown(value[what.offset]) : "the end");
    case heartbeat_flaw::too_large:
        break;
    }
    return "expected a " + which + " below 2147483648" + where;
}

std::string to_header(heartbeat_offer offer) {
    return std::to_string(offer.can_send.count()) + ',' + std::to_string(offer.wants.count());
}

heartbeat_plan negotiate(heartbeat_offer client, heartbeat_offer server) noexcept {
    return {slower(client.can_send, server.wants), slower(client.wants, server.can_send)};
}

milliseconds allowed_sending_gap(milliseconds send_every) noexcept {
    return send_every.count() == 0 ? milliseconds{0} : send_every * 11 / 10 + scheduling_grace;
}

milliseconds allowed_silence(milliseconds expect_every) noexcept {
    return expect_every.count() == 0 ? milliseconds{0} : 2 * expect_every + scheduling_grace;
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
