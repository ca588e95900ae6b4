#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace rhombus::test {

/// The server's side of one connection, blocking; every wait is bounded by 5 s.
class peer {
public:
    peer(int socket, SSL_CTX* settings);
    peer(const peer&) = delete;
    peer& operator=(const peer&) = delete;
    ~peer();

    /// @returns false when the handshake failed.
    [[nodiscard]] bool accept_tls();
    void send(std::string_view octets);
    /// One write for every octet.
    void send_in_pieces(std::string_view octets);
    /// @returns what came next, empty at the end.
    [[nodiscard]] std::string receive();
    /// @returns all up to and with `mark`.
    [[nodiscard]] std::string receive_until(std::string_view mark);
    /// Reads an upgrade request. @returns the 101 that agrees to it.
    [[nodiscard]] std::string agreement();
    /// @returns the unmasked payload of the client's next frame, which is short; `!` at the end.
    [[nodiscard]] std::string receive_frame();
    /// Returns when the client has gone.
    void await_end();
    void reset();

private:
    [[nodiscard]] bool fill();

    int socket_;
    std::unique_ptr<SSL, decltype(&SSL_free)> tls_;
    std::string received_;
};

/// @returns an unmasked, short frame.
[[nodiscard]] std::string server_frame(std::uint8_t first_octet, std::string_view payload);

/// Accepts one connection on 127.0.0.1 and plays a script on a thread of its own.
class scripted_server {
public:
    using script = std::function<void(peer&)>;
    explicit scripted_server(script play, SSL_CTX* settings = nullptr);
    scripted_server(const scripted_server&) = delete;
    scripted_server& operator=(const scripted_server&) = delete;
    /// Ends the listening and waits for the script.
    ~scripted_server();

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

private:
    std::uint16_t port_ = 0;
    int listener_;
    std::thread thread_;
};

/// @returns a port of 127.0.0.1 on which nobody listens.
[[nodiscard]] std::uint16_t free_port();

} // namespace rhombus::test
