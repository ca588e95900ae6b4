#include "clear_or_tls.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace rhombus::bench {

void clear_or_tls::freed::operator()(SSL_CTX* context) const {
    SSL_CTX_free(context);
}

void clear_or_tls::freed::operator()(SSL* session) const {
    SSL_free(session);
}

clear_or_tls::clear_or_tls(security how, std::uint16_t port)
    : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
        throw std::runtime_error{"nobody listens on port " + std::to_string(port)};
    if (how == security::tls)
        begin_tls();
}

// The source's certificate is nobody's, so it is not verified.
void clear_or_tls::begin_tls() {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    session_.reset(SSL_new(context_.get()));
    SSL_set_fd(session_.get(), socket_);
    if (SSL_connect(session_.get()) != 1)
        throw std::runtime_error{"the TLS handshake failed"};
}

clear_or_tls::~clear_or_tls() {
    ::close(socket_);
}

void clear_or_tls::write(std::string_view octets) {
    const auto written =
        session_ ? SSL_write(session_.get(), octets.data(), static_cast<int>(octets.size()))
                 : ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (written != static_cast<ssize_t>(octets.size()))
        throw std::runtime_error{"the request could not be written"};
}

std::size_t clear_or_tls::read(std::span<char> into) {
    const auto came = session_
                          ? SSL_read(session_.get(), into.data(), static_cast<int>(into.size()))
                          : ::recv(socket_, into.data(), into.size(), 0);
    return static_cast<std::size_t>(std::max<ssize_t>(came, 0));
}

} // namespace rhombus::bench
