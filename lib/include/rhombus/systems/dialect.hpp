#pragma once

#include <rhombus/stomp/frame.hpp>
#include <rhombus/stomp/heartbeat.hpp>

#include <boost/system/error_code.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// The narrow waist: what differs between event-stream systems, without sockets or clock.
namespace rhombus::systems {

using stomp::time_point;

/// What the opening handshake asks for.
struct opening {
    std::string url;                                          ///< ws: or wss:, with query.
    std::vector<std::pair<std::string, std::string>> headers; ///< Credentials among them.
    std::vector<std::string> subprotocols;                    ///< Offered, in order.
};

/// RFC 6455 section 5.2.
enum class opcode : std::uint8_t { text = 1, binary = 2, ping = 9 };

/// One WebSocket message or ping to send.
struct output {
    opcode op = opcode::text; ///< Of the message.
    std::string octets;       ///< Its payload, not masked.
};

/// The peer agreed to the dialogue.
struct hello_accepted {
    std::string version;         ///< Of the dialect's protocol, e.g. `1.2`.
    stomp::heartbeat_plan beats; ///< As negotiated.
};
/// The dialogue was begun and is not answered yet.
struct hello_pending {};
/// The peer refused the dialogue or a part of it.
struct rejected {
    std::string code; ///< Short and stable, e.g. `ERROR`, `version`, `timeout`.
    std::string text; ///< What the peer said, as it said it: escape before showing.
};
/// Events are asked for, and perhaps confirmed.
struct subscribed {
    bool confirmed = false; ///< A RECEIPT came; else only that the request went out.
};
/// One event of the stream.
struct event {
    std::string channel; ///< Where it came from, e.g. a destination.
    std::string kind;    ///< What it tells, e.g. `DOOR_STATE/UPDATE`; empty: unknown.
    std::string key;     ///< Of the thing it is about; empty: unknown.
    std::string body;    ///< As received.
};
/// The peer gave a sign of life that carries nothing.
struct beat {};
/// Worth telling, without effect.
struct notice {
    std::string text; ///< One sentence.
};
/// The peer broke the dialect's protocol.
struct malformed {
    std::string rule;       ///< Short and stable, e.g. `undefined-escape`.
    std::size_t offset = 0; ///< Octets from the start of the peer's stream.
    std::string detail{};   ///< What was expected and what came; may quote the peer.
};
/// Nothing more comes.
struct ended {
    std::string why;      ///< `goodbye`, `transport`, `silent`, `timeout`, `rejected`, `malformed`.
    std::string detail{}; ///< With `silent`: how long, and whether it ever spoke. Plain text.
};

/// All that a dialect tells its owner.
using signal = std::variant<hello_accepted, hello_pending, rejected, subscribed, event, beat,
                            notice, malformed, ended>;

/// One connection's protocol. Octets and time in, messages and signals out.
class dialect {
public:
    dialect() = default;
    dialect(const dialect&) = delete;
    dialect& operator=(const dialect&) = delete;
    virtual ~dialect() = default;

    /// @returns what to ask for in the opening handshake.
    [[nodiscard]] virtual systems::opening opening() const = 0;

    /// The opening handshake succeeded: begins the dialogue.
    virtual void start(time_point now) = 0;
    /// Takes one WebSocket message.
    virtual void receive(opcode op, std::string_view octets, time_point now) = 0;
    /// Tells that time has passed; call no later than deadline().
    virtual void tick(time_point now) = 0;
    /// Begins a wanted end.
    virtual void goodbye(time_point now) = 0;
    /// The transport has gone. The first reason wins.
    virtual void transport_ended(boost::system::error_code reason) = 0;

    /// @returns the oldest message not yet handed out; nullopt when nothing waits to be sent.
    [[nodiscard]] virtual std::optional<output> next_output() = 0;
    /// @returns the oldest signal not yet handed out; nullopt when nothing happened since.
    [[nodiscard]] virtual std::optional<signal> next_signal() = 0;
    /// @returns when tick() is due; nullopt while no clock runs.
    [[nodiscard]] virtual std::optional<time_point> deadline() const noexcept = 0;
    /// @returns whether the dialogue is over; nothing more comes or goes then.
    [[nodiscard]] virtual bool finished() const noexcept = 0;
};

} // namespace rhombus::systems
