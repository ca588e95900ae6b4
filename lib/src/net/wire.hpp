#pragma once

#include "coroutine.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rhombus::net {

/// What a read or write with this completion token returns.
template <class Token>
using io_result =
    typename asio::async_result<std::decay_t<Token>, void(error_code, std::size_t)>::return_type;

/// A TCP socket that remembers how the server began and how it ended: what lies above it (TLS)
/// keeps neither. An AsyncReadStream and AsyncWriteStream.
class wire {
public:
    using executor_type = asio::ip::tcp::socket::executor_type;
    using lowest_layer_type = asio::ip::tcp::socket::lowest_layer_type;

    explicit wire(asio::ip::tcp::socket socket) : socket_{std::move(socket)} {}

    [[nodiscard]] executor_type get_executor() { return socket_.get_executor(); }
    [[nodiscard]] lowest_layer_type& lowest_layer() { return socket_.lowest_layer(); }
    [[nodiscard]] asio::ip::tcp::socket& socket() noexcept { return socket_; }

    /// @returns the server's first octets, at most 64.
    [[nodiscard]] std::string_view first_octets() const noexcept { return first_octets_; }
    /// @returns `fin`, `rst` or `timeout` once the server's side has ended, else empty.
    [[nodiscard]] std::string_view ended_by() const noexcept { return ended_by_; }

    template <class Buffers, class Token>
    io_result<Token> async_read_some(const Buffers& buffers, Token&& token) {
        return asio::async_compose<Token, void(error_code, std::size_t)>(
            [this, buffers, begun = false](auto& self, error_code failure = {},
                                           std::size_t size = 0) mutable {
                if (!begun) {
                    begun = true;
                    socket_.async_read_some(buffers, std::move(self));
                    return;
                }
                keep_first(buffers, size);
                keep_end(failure);
                self.complete(failure, size);
            },
            token, socket_);
    }

    template <class Buffers, class Token>
    io_result<Token> async_write_some(const Buffers& buffers, Token&& token) {
        return asio::async_compose<Token, void(error_code, std::size_t)>(
            [this, buffers, begun = false](auto& self, error_code failure = {},
                                           std::size_t size = 0) mutable {
                if (!begun) {
                    begun = true;
                    socket_.async_write_some(buffers, std::move(self));
                    return;
                }
                keep_end(failure);
                self.complete(failure, size);
            },
            token, socket_);
    }

private:
    template <class Buffers>
    void keep_first(const Buffers& buffers, std::size_t size) {
        const auto before = first_octets_.size();
        first_octets_.resize(before + std::min(size, std::size_t{64} - before));
        asio::buffer_copy(asio::buffer(first_octets_) + before, buffers);
    }

    void keep_end(error_code failure) {
        // Linux tells a reset once, perhaps to a write; the next read finds an ordinary end.
        // A write's broken_pipe says only that a FIN came before.
        if (failure == asio::error::connection_reset)
            ended_by_ = "rst";
        else if (failure == asio::error::eof && ended_by_.empty())
            ended_by_ = "fin";
        else if (failure == asio::error::timed_out)
            ended_by_ = "timeout";
    }

    asio::ip::tcp::socket socket_;
    std::string first_octets_;
    std::string_view ended_by_;
};

} // namespace rhombus::net
