#include <rhombus/stomp/encoder.hpp>
#include <rhombus/stomp/session.hpp>

#include <algorithm>
#include <utility>

namespace rhombus::stomp {
namespace {

using session_events::oddity;

constexpr std::string_view offered_version = "1.2";
constexpr std::string_view goodbye_receipt = "goodbye";

/// Many brokers end a frame by NUL and LF: such an EOL comes in the frame's own message.
enum class eol_meaning : std::uint8_t { beat, end_of_frame };

frame connect_frame(const session_options& options) {
    frame out{"CONNECT", {{"accept-version", std::string{offered_version}}}, {}};
    if (options.host)
        out.headers.push_back({"host", *options.host});
    if (options.login)
        out.headers.push_back({"login", *options.login});
    if (options.passcode)
        out.headers.push_back({"passcode", *options.passcode});
    out.headers.push_back({"heart-beat", to_header(options.heartbeat)});
    return out;
}

std::string text_of(std::optional<std::string_view> value) {
    return std::string{value.value_or(std::string_view{})};
}

std::string version_mismatch(std::optional<std::string_view> chosen) {
    return "the server chose " + (chosen ? std::string{*chosen} : "none, that is 1.0") +
           ", offered was " + std::string{offered_version};
}

} // namespace

session::session(session_options options)
    : options_{std::move(options)}, parser_{direction::from_server, options_.limits} {}

void session::start(time_point now) {
    if (phase_ != session_phase::idle)
        return;
    phase_ = session_phase::connecting;
    limit_ = now + options_.connect_limit;
    send(connect_frame(options_), now);
}

void session::note_life(std::string_view octets, time_point now) {
    if (!monitor_ || octets.empty())
        return;
    monitor_->received(now);
    const bool beat =
        !parser_.inside_frame() && octets.find_first_not_of("\r\n") == std::string_view::npos;
    ledger_->received.take({now}, octets.size(), beat ? sign_of_life::beat : sign_of_life::data);
}

void session::receive(std::string_view octets, time_point now) {
    if (finished())
        return;
    note_life(octets, now);
    parser_.feed(octets);
    auto eol_means = eol_meaning::beat;
    while (!finished()) {
        auto next = parser_.next();
        if (next.has_error())
            return violate(next.error(), std::string{describe(next.error().code)});
        if (!next->has_value())
            return;
        if (const auto* whole = std::get_if<parsed_frame>(&**next)) {
            frame_offset_ = whole->offset;
            take_frame(whole->frame, now);
            eol_means = eol_meaning::end_of_frame;
        } else if (phase_ == session_phase::connected && eol_means == eol_meaning::beat) {
            events_.emplace_back(session_events::beat{});
        }
    }
}

void session::take_frame(const frame& received, time_point now) {
    if (received.command == "ERROR")
        return take_error(received);
    if (received.command == "CONNECTED")
        return take_connected(received, now);
    // Octets may come before start(), as legal as any other nonsense.
    if (phase_ == session_phase::connecting || phase_ == session_phase::idle)
        return violate(errc::frame_before_connected, received.command + " came before CONNECTED");
    if (received.command == "MESSAGE")
        return take_message(received);
    take_receipt(received);
}

void session::take_error(const frame& received) {
    // Some brokers answer a DISCONNECT by ERROR "Session closed.": that is a wanted end (D-18).
    if (phase_ == session_phase::disconnecting)
        return end(session_events::cause::goodbye);
    events_.emplace_back(session_events::error{received});
    end(session_events::cause::error_frame);
}

void session::take_connected(const frame& received, time_point now) {
    if (phase_ == session_phase::idle)
        return violate(errc::frame_before_connected, "CONNECTED came before CONNECT was sent");
    if (phase_ != session_phase::connecting)
        return violate(errc::second_connected, "CONNECTED came again");
    const auto version = received.find("version");
    if (version != offered_version)
        return violate(errc::version_not_offered, version_mismatch(version));
    const auto beats = received.find("heart-beat");
    const auto offer = parse_heartbeat(beats);
    if (offer.has_error())
        return violate(errc::malformed_heartbeat, explain(offer.error(), *beats));

    const auto plan = negotiate(options_.heartbeat, *offer);
    monitor_.emplace(plan, options_.silence_factor, now);
    ledger_.emplace(plan, moment{now});
    limit_.reset();
    phase_ = session_phase::connected;
    events_.emplace_back(session_events::connected{text_of(version), plan, received});
    note_body(received);
}

/// Matched by subscription, never by destination (requirements ).
void session::take_message(const frame& received) {
    if (phase_ != session_phase::connected)
        return;
    const auto named = received.find("subscription");
    const bool ours = named ? std::find(subscriptions_.begin(), subscriptions_.end(), *named) !=
                                  subscriptions_.end()
                            : subscriptions_.size() == 1;
    if (!ours) {
        events_.emplace_back(session_events::stray{text_of(named)});
        return;
    }
    if (!named)
        events_.emplace_back(
            session_events::note{oddity::message_without_subscription, received.command});
    if (!received.find("message-id"))
        events_.emplace_back(session_events::note{oddity::message_without_id, received.command});
    events_.emplace_back(session_events::message{received});
}

void session::take_receipt(const frame& received) {
    note_body(received);
    const auto id = text_of(received.find("receipt-id"));
    if (phase_ == session_phase::disconnecting && id == goodbye_receipt)
        return end(session_events::cause::goodbye);
    const auto asked = std::find_if(awaited_.begin(), awaited_.end(),
                                    [&](const auto& one) { return one.id == id; });
    if (asked == awaited_.end()) {
        events_.emplace_back(session_events::note{oddity::unasked_receipt, id});
        return;
    }
    awaited_.erase(asked);
    events_.emplace_back(session_events::receipt{id});
}

void session::note_body(const frame& received) {
    if (!received.body.empty())
        events_.emplace_back(session_events::note{oddity::body_not_allowed, received.command});
}

void session::tick(time_point now) {
    if (finished())
        return;
    if (limit_ && now >= *limit_)
        return end(phase_ == session_phase::connecting ? session_events::cause::connect_timeout
                                                       : session_events::cause::goodbye);
    if (phase_ == session_phase::connected)
        tick_connected(now);
}

void session::tick_connected(time_point now) {
    if (monitor_->peer_silent(now))
        return end(session_events::cause::peer_silent);
    while (!awaited_.empty() && now >= awaited_.front().until) {
        events_.emplace_back(session_events::unanswered{std::move(awaited_.front().id)});
        awaited_.pop_front();
    }
    if (!monitor_->beat_due(now))
        return;
    monitor_->sent(now);
    // What still waits to be sent is as good, and a peer that stops reading must not pile up beats.
    if (!outputs_.empty())
        return;
    outputs_.emplace_back("\n");
    ledger_->sent.take({now}, 1, sign_of_life::beat);
}

void session::subscribe(std::string_view id, std::string_view destination,
                        std::optional<std::string> receipt, time_point now) {
    const bool in_use =
        std::find(subscriptions_.begin(), subscriptions_.end(), id) != subscriptions_.end();
    if (phase_ != session_phase::connected || in_use)
        return;
    frame out{
        "SUBSCRIBE", {{"id", std::string{id}}, {"destination", std::string{destination}}}, {}};
    if (receipt) {
        out.headers.push_back({"receipt", *receipt});
        awaited_.push_back({std::move(*receipt), now + options_.subscribe_limit});
    }
    subscriptions_.emplace_back(id);
    send(out, now);
}

void session::unsubscribe(std::string_view id, time_point now) {
    if (phase_ != session_phase::connected || std::erase(subscriptions_, id) == 0)
        return;
    send({"UNSUBSCRIBE", {{"id", std::string{id}}}, {}}, now);
}

void session::disconnect(time_point now) {
    if (finished() || phase_ == session_phase::disconnecting)
        return;
    if (phase_ != session_phase::connected)
        return end(session_events::cause::goodbye);
    send({"DISCONNECT", {{"receipt", std::string{goodbye_receipt}}}, {}}, now);
    phase_ = session_phase::disconnecting;
    limit_ = now + options_.receipt_limit;
}

void session::transport_ended(boost::system::error_code reason) {
    if (finished())
        return;
    end(phase_ == session_phase::disconnecting ? session_events::cause::goodbye
                                               : session_events::cause::transport,
        reason);
}

void session::send(const frame& outgoing, time_point now) {
    auto octets = serialize(outgoing);
    if (octets.has_error())
        return violate(octets.error(), std::string{describe(octets.error().code)});
    if (monitor_) {
        monitor_->sent(now);
        ledger_->sent.take({now}, octets->size(), sign_of_life::data);
    }
    outputs_.push_back(std::move(*octets));
}

void session::violate(errc code, std::string detail) {
    violate(parse_error{code, frame_offset_}, std::move(detail));
}

/// An end that we asked for stays one, whatever the server answers (requirement R-606).
void session::violate(parse_error what, std::string detail) {
    const bool wanted = phase_ == session_phase::disconnecting;
    events_.emplace_back(session_events::violation{what, std::move(detail)});
    end(wanted ? session_events::cause::goodbye : session_events::cause::protocol);
}

void session::end(session_events::cause why, boost::system::error_code transport) {
    phase_ = session_phase::ended;
    limit_.reset();
    monitor_.reset();
    awaited_.clear();
    events_.emplace_back(session_events::ended{why, transport});
}

std::optional<std::string> session::next_output() {
    if (outputs_.empty())
        return std::nullopt;
    auto oldest = std::move(outputs_.front());
    outputs_.pop_front();
    return oldest;
}

std::optional<session_event> session::next_event() {
    if (events_.empty())
        return std::nullopt;
    auto oldest = std::move(events_.front());
    events_.pop_front();
    return oldest;
}

std::optional<time_point> session::deadline() const noexcept {
    if (limit_)
        return limit_;
    auto due = monitor_ ? monitor_->deadline() : std::nullopt;
    if (!awaited_.empty())
        due = std::min(due.value_or(time_point::max()), awaited_.front().until);
    return due;
}

bool session::finished() const noexcept {
    return phase_ == session_phase::ended;
}

session_phase session::phase() const noexcept {
    return phase_;
}

const heartbeat_ledger* session::ledger() const noexcept {
    return ledger_ ? &*ledger_ : nullptr;
}

} // namespace rhombus::stomp
