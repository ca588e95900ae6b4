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

std::string note_text(const events::note& odd) {
    switch (odd.what) {
    case events::oddity::unasked_receipt:
        return "RECEIPT " + odd.detail + " that nobody asked for";
    case events::oddity::body_not_allowed:
        return "a body on " + odd.detail;
    case events::oddity::message_without_subscription:
        return odd.detail + " without a subscription, delivered as there is only one";
    case events::oddity::message_without_id:
        return odd.detail + " without a message-id";
    }
    return odd.detail;
}

std::string seconds(std::chrono::nanoseconds duration) {
    const auto tenths = std::chrono::duration_cast<stomp::milliseconds>(duration).count() / 100;
    return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " s";
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
    now_ = std::max(now_, now);
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
            [&](const events::message& e) { signals_.emplace_back(options_.decode(e.frame)); },
            [&](const events::stray&) {
                if (!std::exchange(stray_noted_, true))
                    signals_.emplace_back(notice{"MESSAGE for another subscription"});
            },
            [&](const events::receipt&) { signals_.emplace_back(subscribed{true}); },
            [&](const events::unanswered&) {
                signals_.emplace_back(notice{"no RECEIPT came for SUBSCRIBE"});
            },
            [&](const events::note& e) { translate_note(e); },
            [&](const events::error& e) {
                signals_.emplace_back(rejected{"ERROR", error_text(e.frame)});
            },
            [&](const events::beat&) { signals_.emplace_back(beat{}); },
            [&](const events::violation& e) {
                signals_.emplace_back(
                    malformed{std::string{name_of(e.what.code)}, e.what.offset, e.detail});
            },
            [&](const events::ended& e) {
                ping_due_.reset();
                signals_.emplace_back(
                    ended{std::string{reason_of(e.why)},
                          e.why == events::cause::peer_silent ? silence_text() : std::string{}});
            },
        },
        happened);
}

void stomp_dialect::translate_note(const events::note& odd) {
    if (noted_.insert(odd.what).second)
        signals_.emplace_back(notice{note_text(odd)});
}

std::string stomp_dialect::silence_text() const {
    const auto heard = session_.ledger()->received.until({now_});
    auto text = "nothing came for " + seconds(heard.last.length());
    if (heard.octets == 0)
        text += "; heart-beats were announced but never sent";
    return text;
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
