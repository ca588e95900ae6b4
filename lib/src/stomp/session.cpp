#include <rhombus/stomp/session.hpp>

#include <algorithm>
#include <utility>

namespace rhombus::stomp {
namespace {

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

} // namespace

session::session(session_options options)
    : options_{std::move(options)}, parser_{direction::from_server, options_.limits} {}

void session::start(time_point now) {
    if (phase_ != phase::idle)
        return;
    phase_ = phase::connecting;
    limit_ = now + options_.connect_limit;
    send(connect_frame(options_), now);
}

void session::receive(std::string_view octets, time_point now) {
    if (finished())
        return;
    if (monitor_ && !octets.empty())
        monitor_->received(now);
    parser_.feed(octets);
    auto eol_means = eol_meaning::beat;
    while (!finished()) {
        auto next = parser_.next();
        if (next.has_error())
            return violate(next.error());
        if (!next->has_value())
            return;
        if (const auto* whole = std::get_if<parsed_frame>(&**next)) {
            frame_offset_ = whole->offset;
            take_frame(whole->frame, now);
            eol_means = eol_meaning::end_of_frame;
        } else if (phase_ == phase::connected && eol_means == eol_meaning::beat) {
            events_.emplace_back(session_events::beat{});
        }
    }
}

void session::take_frame(const frame& received, time_point now) {
    if (received.command == "ERROR") {
        // Some brokers answer a DISCONNECT by ERROR "Session closed.": that is a wanted end (D-18).
        if (phase_ == phase::disconnecting)
            return end(session_events::cause::goodbye);
        events_.emplace_back(session_events::error{received});
        return end(session_events::cause::error_frame);
    }
    if (received.command == "CONNECTED")
        return take_connected(received, now);
    if (phase_ == phase::connecting)
        return violate({errc::frame_before_connected, frame_offset_});
    if (received.command == "MESSAGE") {
        if (phase_ == phase::connected)
            events_.emplace_back(session_events::message{received});
        return;
    }
    const auto id = text_of(received.find("receipt-id"));
    if (phase_ == phase::disconnecting && id == goodbye_receipt)
        return end(session_events::cause::goodbye);
    events_.emplace_back(session_events::receipt{id});
}

void session::take_connected(const frame& received, time_point now) {
    if (phase_ != phase::connecting)
        return violate({errc::second_connected, frame_offset_});
    if (received.find("version") != offered_version)
        return violate({errc::version_not_offered, frame_offset_});
    const auto offer = parse_heartbeat(received.find("heart-beat"));
    if (offer.has_error())
        return violate({errc::malformed_heartbeat, frame_offset_});

    const auto plan = negotiate(options_.heartbeat, *offer);
    monitor_.emplace(plan, options_.silence_factor, now);
    limit_.reset();
    phase_ = phase::connected;
    events_.emplace_back(
        session_events::connected{text_of(received.find("version")), plan, received});
}

void session::tick(time_point now) {
    if (finished())
        return;
    if (limit_ && now >= *limit_)
        return end(phase_ == phase::connecting ? session_events::cause::connect_timeout
                                               : session_events::cause::goodbye);
    if (!monitor_ || phase_ != phase::connected)
        return;
    if (monitor_->peer_silent(now))
        return end(session_events::cause::peer_silent);
    if (monitor_->beat_due(now)) {
        outputs_.emplace_back("\n");
        monitor_->sent(now);
    }
}

void session::subscribe(std::string_view id, std::string_view destination,
                        std::optional<std::string> receipt, time_point now) {
    if (phase_ != phase::connected)
        return;
    frame out{
        "SUBSCRIBE", {{"id", std::string{id}}, {"destination", std::string{destination}}}, {}};
    if (receipt)
        out.headers.push_back({"receipt", std::move(*receipt)});
    send(out, now);
}

void session::disconnect(time_point now) {
    if (finished() || phase_ == phase::disconnecting)
        return;
    if (phase_ != phase::connected)
        return end(session_events::cause::goodbye);
    send({"DISCONNECT", {{"receipt", std::string{goodbye_receipt}}}, {}}, now);
    phase_ = phase::disconnecting;
    limit_ = now + options_.receipt_limit;
}

void session::transport_ended(boost::system::error_code reason) {
    if (finished())
        return;
    end(phase_ == phase::disconnecting ? session_events::cause::goodbye
                                       : session_events::cause::transport,
        reason);
}

void session::send(const frame& outgoing, time_point now) {
    auto octets = serialize(outgoing);
    if (octets.has_error())
        return violate(octets.error());
    outputs_.push_back(std::move(*octets));
    if (monitor_)
        monitor_->sent(now);
}

void session::violate(parse_error what) {
    events_.emplace_back(session_events::violation{what});
    end(session_events::cause::protocol);
}

void session::end(session_events::cause why, boost::system::error_code transport) {
    phase_ = phase::ended;
    limit_.reset();
    monitor_.reset();
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
    return monitor_ ? monitor_->deadline() : std::nullopt;
}

bool session::finished() const noexcept {
    return phase_ == phase::ended;
}

} // namespace rhombus::stomp
