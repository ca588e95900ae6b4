#include <rhombus/overloaded.hpp>
#include <rhombus/systems/stomp_dialect.hpp>

#include <algorithm>
#include <utility>

namespace rhombus::systems {
namespace {

namespace events = stomp::session_events;

constexpr std::string_view subscribe_receipt_id = "subscribed";

std::string_view reason_of(events::cause why) noexcept {
    switch (why) {
    case events::cause::goodbye:
        return "goodbye";
    case events::cause::transport:
        return "transport";
    case events::cause::peer_silent:
        return "silent";
    case events::cause::connect_timeout:
        return "timeout";
    case events::cause::error_frame:
        return "rejected";
    case events::cause::protocol:
        return "malformed";
    }
    return "transport";
}

std::string error_text(const stomp::frame& error) {
    std::string text{error.find("message").value_or("")};
    if (!error.body.empty())
        text += (text.empty() ? "" : ": ") + error.body;
    return text;
}

} // namespace

stomp_dialect::stomp_dialect(stomp_dialect_options options)
    : options_{std::move(options)}, session_{options_.session} {}

opening stomp_dialect::opening() const {
    return options_.opening;
}

void stomp_dialect::start(time_point now) {
    session_.start(now);
    if (options_.unanswered == unanswered_connect::ping)
        ping_due_ = now + options_.session.connect_limit / 2;
    translate(now);
}

void stomp_dialect::receive(opcode /*op*/, std::string_view octets, time_point now) {
    session_.receive(octets, now);
    translate(now);
}

void stomp_dialect::tick(time_point now) {
    session_.tick(now);
    if (ping_due_ && now >= *ping_due_) {
        ping_due_.reset();
        ping_waits_ = true;
    }
    translate(now);
}

void stomp_dialect::goodbye(time_point now) {
    session_.disconnect(now);
    translate(now);
}

void stomp_dialect::transport_ended(boost::system::error_code reason) {
    session_.transport_ended(reason);
    translate({});
}

void stomp_dialect::translate(time_point now) {
    while (const auto happened = session_.next_event())
        translate_one(*happened, now);
}

void stomp_dialect::translate_one(const stomp::session_event& happened, time_point now) {
    std::visit(
        overloaded{
            [&](const events::connected& e) {
                ping_due_.reset();
                signals_.emplace_back(hello_accepted{e.version, e.beats});
                subscribe(now);
            },
            [&](const events::message& e) { deliver(e.frame); },
            [&](const events::receipt& e) {
                if (e.id == subscribe_receipt_id)
                    signals_.emplace_back(subscribed{true});
                else
                    signals_.emplace_back(notice{"RECEIPT " + e.id + " that nobody asked for"});
            },
            [&](const events::error& e) {
                signals_.emplace_back(rejected{"ERROR", error_text(e.frame)});
            },
            [&](const events::beat&) { signals_.emplace_back(beat{}); },
            [&](const events::violation& e) {
                signals_.emplace_back(malformed{std::string{name_of(e.what.code)}, e.what.offset});
            },
            [&](const events::ended& e) {
                ping_due_.reset();
                signals_.emplace_back(ended{std::string{reason_of(e.why)}});
            },
        },
        happened);
}

void stomp_dialect::deliver(const stomp::frame& message) {
    // Matched by subscription, not by destination; one that names none is ours while there is only
    // one (requirements ).
    const auto subscription = message.find("subscription");
    if (!subscription || *subscription == options_.subscription_id)
        signals_.emplace_back(options_.decode(message));
    else
        signals_.emplace_back(notice{"MESSAGE for another subscription"});
}

void stomp_dialect::subscribe(time_point now) {
    if (!options_.destination)
        return;
    const auto receipt = options_.receipt == subscribe_receipt::wanted
                             ? std::optional{std::string{subscribe_receipt_id}}
                             : std::nullopt;
    session_.subscribe(options_.subscription_id, *options_.destination, receipt, now);
    signals_.emplace_back(subscribed{false});
}

std::optional<output> stomp_dialect::next_output() {
    if (std::exchange(ping_waits_, false))
        return output{opcode::ping, {}};
    auto octets = session_.next_output();
    if (!octets)
        return std::nullopt;
    return output{opcode::text, std::move(*octets)};
}

std::optional<signal> stomp_dialect::next_signal() {
    if (signals_.empty())
        return std::nullopt;
    auto oldest = std::move(signals_.front());
    signals_.pop_front();
    return oldest;
}

std::optional<time_point> stomp_dialect::deadline() const noexcept {
    const auto own = session_.deadline();
    return ping_due_ && own ? std::min(own, ping_due_) : own;
}

bool stomp_dialect::finished() const noexcept {
    return session_.finished();
}

} // namespace rhombus::systems
