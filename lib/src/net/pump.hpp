#pragma once

#include "coroutine.hpp"
#include "frame_tap.hpp"
#include "journal.hpp"
#include "octet_stream.hpp"

#include <rhombus/net/connection.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace rhombus::net {

/// An open WebSocket that carries a dialect. Beast frames what is sent, answers pings and makes the
/// closing handshake; what comes is decoded once, for the log and for the dialect. What messages
/// mean is the dialect's.
class dialogue {
public:
    /// @param octets have just been upgraded.
    /// @param write_limit for one message, see connection_options.
    dialogue(std::shared_ptr<octet_stream> octets, frame_watch watch,
             std::chrono::milliseconds write_limit);
    dialogue(const dialogue&) = delete;
    dialogue& operator=(const dialogue&) = delete;
    ~dialogue();

    /// Makes Beast take the connection over. @param behind octets that came with the 101.
    [[nodiscard]] asio::awaitable<error_code> take_over(std::string behind);

    /// As connection::begin_converse(); calls `done` once when it is over.
    void begin(systems::dialect& speaker, std::chrono::milliseconds window,
               connection::on_signal callback, std::function<void()> done);

    /// Ends what begin() began, as if its window had passed.
    void pause();

    /// Closing handshake, then the end of TCP, written down.
    [[nodiscard]] asio::awaitable<void> close(std::uint16_t code, time_point deadline);

    /// Lets go of the dialect and the callbacks, and closes the socket.
    void abandon();
    [[nodiscard]] bool open() const noexcept;

private:
    struct state;
    std::shared_ptr<state> state_;
};

/// Waits until the server has ended TCP too, but no longer than the deadline; then closes, and
/// writes down who ended it.
[[nodiscard]] asio::awaitable<void> part(octet_stream& octets, const journal& log,
                                         time_point deadline);

} // namespace rhombus::net
