#pragma once

#include <rhombus/websocket/message_assembler.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace rhombus::net {

/// Parts the server's frames: whole messages go to the listener, control frames to Beast. Beast
/// answers pings, makes the closing handshake and refuses what breaks RFC 6455; to read the
/// messages as well it would decode each frame again and copy each message, 1.5 KiB at a time.
class incoming {
public:
    using listener = std::function<void(const websocket::message_view&)>;
    /// @param message_limit in octets; a longer one is refused.
    incoming(std::uint64_t message_limit, listener hear);

    /// Takes the next frame.
    void take(const websocket::frame_view& frame);
    /// The stream breaks this rule; nothing behind it is looked at.
    void refuse(websocket::errc rule);
    /// @returns what Beast shall read, of all that came since the last call.
    [[nodiscard]] std::string take_control() { return std::exchange(control_, {}); }

private:
    listener hear_;
    websocket::message_assembler messages_;
    std::string control_;
    bool refused_ = false;
};

} // namespace rhombus::net
