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
    opcode op = opcode::text;
    std::string octets;
};

struct hello_accepted {
    std::string version;
    stomp::heartbeat_plan beats;
};
struct hello_pending {};
struct rejected {
    std::string code; ///< Short and stable, e.g. `ERROR`, `version`, `timeout`.
    std::string text; ///< What the peer said, as it said it: escape before showing.
};
struct subscribed {
    bool confirmed = false; ///< A RECEIPT came; else only that the request went out.
};
struct event {
    std::string channel;
    std::string kind;
    std::string key;
    std::string body;
};
struct beat {};
struct notice {
    std::string text;
};
struct malformed {
    std::string rule;
    std::size_t offset = 0;
};
struct ended {
    std::string why; ///< `goodbye`, `transport`, `silent`, `rejected`, `malformed`.
};

using signal = std::variant<hello_accepted, hello_pending, rejected, subscribed, event, beat,
                            notice, malformed, ended>;

/// One connection's protocol. Octets and time in, messages and signals out.
class dialect {
public:
    dialect() = default;
    dialect(const dialect&) = delete;
    dialect& operator=(const dialect&) = delete;
    virtual ~dialect() = default;

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

    [[nodiscard]] virtual std::optional<output> next_output() = 0;
    [[nodiscard]] virtual std::optional<signal> next_signal() = 0;
    [[nodiscard]] virtual std::optional<time_point> deadline() const noexcept = 0;
    [[nodiscard]] virtual bool finished() const noexcept = 0;
};

} // namespace rhombus::systems
