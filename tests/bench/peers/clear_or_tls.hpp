#pragma once

#include <openssl/types.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace rhombus::bench {

enum class security : std::uint8_t { clear, tls };

/// A blocking connection to 127.0.0.1, with nothing between it and the system or OpenSSL.
class clear_or_tls {
public:
    /// @throws std::runtime_error when there is nobody, or no TLS.
    clear_or_tls(security how, std::uint16_t port);
    ~clear_or_tls();
    clear_or_tls(const clear_or_tls&) = delete;
    clear_or_tls& operator=(const clear_or_tls&) = delete;

    /// @throws std::runtime_error when not all could be written.
    void write(std::string_view octets);
    /// @returns how many octets came; 0 at the end.
    [[nodiscard]] std::size_t read(std::span<char> into);

private:
    void begin_tls();

    struct freed {
        void operator()(SSL_CTX* context) const;
        void operator()(SSL* session) const;
    };
    int socket_;
    std::unique_ptr<SSL_CTX, freed> context_;
    std::unique_ptr<SSL, freed> session_;
};

} // namespace rhombus::bench
