#pragma once

#include <rhombus/stomp/frame.hpp>
#include <rhombus/stomp/frame_parser.hpp>
#include <rhombus/stomp/heartbeat.hpp>

#include <boost/system/error_code.hpp>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rhombus::stomp {

struct session_options {
    heartbeat_offer heartbeat{milliseconds{10'000}, milliseconds{10'000}};
    std::optional<std::string>
        host{}; ///< S12 wants it; the Rhombus endpoint's guide omits it (D-01).
    std::optional<std::string> login{};
    std::optional<std::string> passcode{};
    milliseconds connect_limit{10'000}; ///< CONNECT to CONNECTED.
    milliseconds receipt_limit{2'000};  ///< DISCONNECT to its RECEIPT.
    double silence_factor = 2.5;        ///< Intervals without an octet until the peer is dead.
    parser_limits limits{};
};

/// What a session tells its owner.
namespace session_events {

struct connected {
    std::string version;
    heartbeat_plan beats;
    stomp::frame frame;
    bool operator==(const connected&) const = default;
};
struct message {
    stomp::frame frame;
    bool operator==(const message&) const = default;
};
struct receipt {
    std::string id;
    bool operator==(const receipt&) const = default;
};
/// The server's ERROR; the session ends with it.
struct error {
    stomp::frame frame;
    bool operator==(const error&) const = default;
};
struct beat {
    bool operator==(const beat&) const = default;
};
/// The server broke a rule; the session ends with it.
struct violation {
    parse_error what;
    bool operator==(const violation&) const = default;
};
enum class cause : std::uint8_t {
    goodbye,         ///< Our DISCONNECT, answered or not.
    transport,       ///< The transport ended first.
    peer_silent,     ///< Nothing came for silence_factor intervals.
    connect_timeout, ///< No CONNECTED within connect_limit.
    error_frame,     ///< The server said ERROR.
    protocol,        ///< The server broke a rule.
};
struct ended {
    session_events::cause why;
    boost::system::error_code transport; ///< Set with cause::transport.
    bool operator==(const ended&) const = default;
};

} // namespace session_events

using session_event =
    std::variant<session_events::connected, session_events::message, session_events::receipt,
                 session_events::error, session_events::beat, session_events::violation,
                 session_events::ended>;

/// The client side of one STOMP 1.2 session: octets and time in, payloads and events out.
class session {
public:
    explicit session(session_options options);

    /// Sends CONNECT and waits for CONNECTED from now on.
    void start(time_point now);
    /// Takes one WebSocket message payload; frames may span messages and share them.
    void receive(std::string_view octets, time_point now);
    /// Tells the session that time has passed; call no later than deadline().
    void tick(time_point now);
    /// Sends SUBSCRIBE; only between connected and the end, otherwise without effect.
    void subscribe(std::string_view id, std::string_view destination,
                   std::optional<std::string> receipt, time_point now);
    /// Sends DISCONNECT with a receipt and ends when that came, or after receipt_limit. Before
    /// CONNECTED it ends at once.
    void disconnect(time_point now);
    /// Ends the session. The first reason wins and is reported; later calls change nothing.
    void transport_ended(boost::system::error_code reason);

    /// @returns the oldest payload not yet handed out; nullopt when nothing waits to be sent.
    [[nodiscard]] std::optional<std::string> next_output();
    /// @returns the oldest event not yet handed out; nullopt when nothing happened since.
    [[nodiscard]] std::optional<session_event> next_event();

    /// @returns when tick() is due; nullopt while no clock runs.
    [[nodiscard]] std::optional<time_point> deadline() const noexcept;
    [[nodiscard]] bool finished() const noexcept;

private:
    enum class phase : std::uint8_t { idle, connecting, connected, disconnecting, ended };

    void take_frame(const frame& received, time_point now);
    void take_connected(const frame& received, time_point now);
    void send(const frame& outgoing, time_point now);
    void violate(parse_error what);
    void end(session_events::cause why, boost::system::error_code transport = {});

    session_options options_;
    frame_parser parser_;
    phase phase_ = phase::idle;
    std::size_t frame_offset_ = 0;
    std::optional<time_point> limit_; ///< Of the current wait: CONNECTED or RECEIPT.
    std::optional<heartbeat_monitor> monitor_;
    std::deque<std::string> outputs_;
    std::deque<session_event> events_;
};

} // namespace rhombus::stomp
