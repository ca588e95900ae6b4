#pragma once

#include <rhombus/stomp/frame.hpp>
#include <rhombus/stomp/frame_parser.hpp>
#include <rhombus/stomp/heartbeat.hpp>
#include <rhombus/stomp/heartbeat_ledger.hpp>

#include <boost/system/error_code.hpp>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rhombus::stomp {

/// What a session says of itself, and how long it waits.
struct session_options {
    heartbeat_offer heartbeat{milliseconds{10'000}, milliseconds{10'000}}; ///< Offered in CONNECT.
    /// STOMP 1.2 wants it; the Rhombus guides omit it, and some brokers refuse one they do not know
    /// (requirements.md, D-01).
    std::optional<std::string> host{};
    std::optional<std::string> login{};    ///< Of CONNECT.
    std::optional<std::string> passcode{}; ///< Of CONNECT; a secret.
    milliseconds connect_limit{10'000};    ///< CONNECT to CONNECTED.
    milliseconds subscribe_limit{10'000};  ///< SUBSCRIBE to its RECEIPT, where one was asked for.
    milliseconds receipt_limit{2'000};     ///< DISCONNECT to its RECEIPT.
    double silence_factor = 2.5;           ///< Intervals without an octet until the peer is dead.
    parser_limits limits{};                ///< Of what the server sends.
};

/// What a session tells its owner.
namespace session_events {

/// CONNECTED came: the session stands.
struct connected {
    std::string version;  ///< Agreed on, e.g. `1.2`.
    heartbeat_plan beats; ///< As negotiated.
    stomp::frame frame;   ///< CONNECTED itself.
    bool operator==(const connected&) const = default;
};
/// A MESSAGE for a subscription that stands, or for none by name while only one does.
struct message {
    stomp::frame frame; ///< MESSAGE itself.
    bool operator==(const message&) const = default;
};
/// A MESSAGE for a subscription that does not stand, also one that was given up.
struct stray {
    std::string subscription; ///< Empty: it named none.
    bool operator==(const stray&) const = default;
};
/// The RECEIPT that a SUBSCRIBE asked for.
struct receipt {
    std::string id; ///< Of the receipt.
    bool operator==(const receipt&) const = default;
};
/// That RECEIPT did not come within subscribe_limit; the session goes on.
struct unanswered {
    std::string id; ///< Of the receipt.
    bool operator==(const unanswered&) const = default;
};
/// What is against the specification and does no harm.
enum class oddity : std::uint8_t {
    unasked_receipt,              ///< Or one that came too late, or twice.
    body_not_allowed,             ///< On CONNECTED or RECEIPT.
    message_without_subscription, ///< Delivered: only one stands.
    message_without_id,           ///< Delivered.
};
/// Worth telling; the session goes on.
struct note {
    oddity what = oddity::unasked_receipt; ///< The kind.
    std::string detail{}; ///< The receipt's id, or the command; as the peer said it.
    bool operator==(const note&) const = default;
};
/// The server's ERROR; the session ends with it.
struct error {
    stomp::frame frame; ///< ERROR itself.
    bool operator==(const error&) const = default;
};
/// The server sent a heart-beat.
struct beat {
    bool operator==(const beat&) const = default;
};
/// The server broke a rule; the session ends with it.
struct violation {
    parse_error what;     ///< The rule and the offset in the server's stream.
    std::string detail{}; ///< What was expected and what came; may quote the peer.
    bool operator==(const violation&) const = default;
};
/// Why a session ended.
enum class cause : std::uint8_t {
    goodbye,         ///< Our DISCONNECT, answered or not.
    transport,       ///< The transport ended first.
    peer_silent,     ///< Nothing came for silence_factor intervals.
    connect_timeout, ///< No CONNECTED within connect_limit.
    error_frame,     ///< The server said ERROR.
    protocol,        ///< The server broke a rule.
};
/// Nothing more comes.
struct ended {
    session_events::cause why;           ///< The first reason.
    boost::system::error_code transport; ///< Set with cause::transport.
    bool operator==(const ended&) const = default;
};

} // namespace session_events

/// All that a session tells.
using session_event =
    std::variant<session_events::connected, session_events::message, session_events::stray,
                 session_events::receipt, session_events::unanswered, session_events::note,
                 session_events::error, session_events::beat, session_events::violation,
                 session_events::ended>;

/// How far a session came.
enum class session_phase : std::uint8_t { idle, connecting, connected, disconnecting, ended };

/// The client side of one STOMP 1.2 session: octets and time in, payloads and events out.
/// It acknowledges nothing: subscriptions are in `auto` mode. One object serves one connection, so
/// nothing of a connection survives it.
class session {
public:
    /// Begins nothing yet; see start().
    explicit session(session_options options);

    /// Sends CONNECT and waits for CONNECTED from now on.
    void start(time_point now);
    /// Takes one WebSocket message payload; frames may span messages and share them.
    void receive(std::string_view octets, time_point now);
    /// Tells the session that time has passed; call no later than deadline().
    void tick(time_point now);
    /// Sends SUBSCRIBE; only between connected and the end and with an id that is not in use,
    /// otherwise without effect.
    /// @param receipt the id of the RECEIPT to ask for; its absence is told, not waited on.
    void subscribe(std::string_view id, std::string_view destination,
                   std::optional<std::string> receipt, time_point now);
    /// Sends UNSUBSCRIBE for a subscription that stands; otherwise without effect.
    void unsubscribe(std::string_view id, time_point now);
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
    /// @returns whether the session has ended; nothing more goes out then.
    [[nodiscard]] bool finished() const noexcept;
    /// @returns how far it came.
    [[nodiscard]] session_phase phase() const noexcept;
    /// @returns the account of both directions since CONNECTED, also after the end; nullptr before.
    [[nodiscard]] const heartbeat_ledger* ledger() const noexcept;

private:
    struct awaited_receipt {
        std::string id;
        time_point until;
    };

    void note_life(std::string_view octets, time_point now);
    void take_frame(const frame& received, time_point now);
    void take_error(const frame& received);
    void take_connected(const frame& received, time_point now);
    void take_message(const frame& received);
    void take_receipt(const frame& received);
    void note_body(const frame& received);
    void tick_connected(time_point now);
    void send(const frame& outgoing, time_point now);
    void violate(errc code, std::string detail);
    void violate(parse_error what, std::string detail);
    void end(session_events::cause why, boost::system::error_code transport = {});

    session_options options_;
    frame_parser parser_;
    session_phase phase_ = session_phase::idle;
    std::size_t frame_offset_ = 0;
    std::optional<time_point> limit_; ///< Of the current wait: CONNECTED or RECEIPT.
    std::optional<heartbeat_monitor> monitor_;
    std::optional<heartbeat_ledger> ledger_;
    std::vector<std::string> subscriptions_; ///< Ids of those that stand.
    std::deque<awaited_receipt> awaited_;    ///< In the order of their limits.
    std::deque<std::string> outputs_;
    std::deque<session_event> events_;
};

} // namespace rhombus::stomp
