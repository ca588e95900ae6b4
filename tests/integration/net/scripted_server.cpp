#include "scripted_server.hpp"

#include <openssl/evp.h>

#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace rhombus::test {
namespace {

int listen_on_any(std::uint16_t& port) {
    const auto listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener, generic, size) != 0 || ::listen(listener, 8) != 0 ||
        ::getsockname(listener, generic, &size) != 0)
        throw std::runtime_error{"cannot listen"};
    port = ntohs(address.sin_port);
    return listener;
}

std::string accept_value(const std::string& key) {
    const auto joined = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_Digest(joined.data(), joined.size(), digest.data(), &size, EVP_sha1(), nullptr);
    std::array<unsigned char, 64> text{};
    EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(size));
    return reinterpret_cast<const char*>(text.data());
}

} // namespace

peer::peer(int socket, SSL_CTX* settings) : socket_{socket}, tls_{nullptr, SSL_free} {
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (settings != nullptr) {
        std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes to clients that have gone.
        tls_.reset(SSL_new(settings));
        SSL_set_fd(tls_.get(), socket_);
    }
}

peer::~peer() {
    if (socket_ >= 0)
        ::close(socket_);
}

bool peer::accept_tls() {
    return SSL_accept(tls_.get()) == 1;
}

void peer::send(std::string_view octets) {
    while (!octets.empty()) {
        const auto size =
            tls_ ? SSL_write(tls_.get(), octets.data(), static_cast<int>(octets.size()))
                 : ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
        if (size <= 0)
            return;
        octets.remove_prefix(static_cast<std::size_t>(size));
    }
}

void peer::send_in_pieces(std::string_view octets) {
    for (std::size_t i = 0; i < octets.size(); ++i)
        send(octets.substr(i, 1));
}

bool peer::fill() {
    std::array<char, 4096> block{};
    const auto size = tls_ ? SSL_read(tls_.get(), block.data(), static_cast<int>(block.size()))
                           : ::recv(socket_, block.data(), block.size(), 0);
    if (size > 0)
        received_.append(block.data(), static_cast<std::size_t>(size));
    return size > 0;
}

std::string peer::receive() {
    if (received_.empty())
        static_cast<void>(fill());
    return std::exchange(received_, {});
}

std::string peer::receive_until(std::string_view mark) {
    while (received_.find(mark) == std::string::npos)
        if (!fill())
            return std::exchange(received_, {});
    const auto size = received_.find(mark) + mark.size();
    auto text = received_.substr(0, size);
    received_.erase(0, size);
    return text;
}

std::string peer::agreement() {
    const std::string field = "Sec-WebSocket-Key: ";
    const auto request = receive_until("\r\n\r\n");
    const auto begin = request.find(field) + field.size();
    const auto key = request.substr(begin, request.find('\r', begin) - begin);
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: " +
           accept_value(key) + "\r\n\r\n";
}

std::string peer::receive_frame() {
    const auto octet = [this](std::size_t i) { return static_cast<unsigned char>(received_[i]); };
    while (received_.size() < 6 || received_.size() < 6U + (octet(1) & 0x7fU))
        if (!fill())
            return "!";
    const std::size_t size = octet(1) & 0x7fU;
    std::string payload;
    for (std::size_t i = 0; i < size; ++i)
        payload += static_cast<char>(octet(6 + i) ^ octet(2 + i % 4));
    received_.erase(0, 6 + size);
    return payload;
}

void peer::await_end() {
    while (fill())
        received_.clear();
}

void peer::reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(socket_);
    socket_ = -1;
}

std::string server_frame(std::uint8_t first_octet, std::string_view payload) {
    std::string octets{static_cast<char>(first_octet), static_cast<char>(payload.size())};
    return octets.append(payload);
}

scripted_server::scripted_server(script play, SSL_CTX* settings)
    : listener_{listen_on_any(port_)}, thread_{[this, play = std::move(play), settings] {
          pollfd waiting{.fd = listener_, .events = POLLIN, .revents = 0};
          if (::poll(&waiting, 1, 5000) != 1)
              return;
          const auto socket = ::accept(listener_, nullptr, nullptr);
          if (socket < 0)
              return;
          peer client{socket, settings};
          play(client);
      }} {}

scripted_server::~scripted_server() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
}

std::uint16_t free_port() {
    std::uint16_t port = 0;
    ::close(listen_on_any(port));
    return port;
}

} // namespace rhombus::test
