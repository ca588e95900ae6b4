#pragma once

#include "coroutine.hpp"
#include "wire.hpp"

#include <rhombus/websocket/remasker.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rhombus::net {

/// Whose octets passed.
enum class passage : std::uint8_t { received, sent };

/// The octets of one connection, over TCP or over TLS: the layer below beast::websocket::stream.
/// Reads in large blocks, counts reads and writes, shows every octet to the tap: those received as
/// they come, those sent as they are handed down, so that an answer never comes before its
/// question. An AsyncReadStream and AsyncWriteStream; neither copied nor moved.
class octet_stream {
public:
    using executor_type = wire::executor_type;
    /// @param number of the read or write, from 1 in each direction.
    using tap = std::function<void(passage, std::string_view octets, std::uint64_t number)>;
    /// Answers what is written instead of the server, see divert().
    using stand_in = std::function<std::string(std::string_view written)>;

    explicit octet_stream(asio::ip::tcp::socket socket) : wire_{std::move(socket)} {}
    octet_stream(const octet_stream&) = delete;
    octet_stream& operator=(const octet_stream&) = delete;

    [[nodiscard]] executor_type get_executor() { return wire_.get_executor(); }
    [[nodiscard]] wire& raw() noexcept { return wire_; }
    [[nodiscard]] const wire& raw() const noexcept { return wire_; }
    /// @returns the TLS layer; nullptr over clear TCP.
    [[nodiscard]] asio::ssl::stream<wire&>* tls() noexcept { return tls_ ? &*tls_ : nullptr; }

    /// Puts TLS above TCP.
    void add_tls(asio::ssl::context& settings) { tls_.emplace(wire_, settings); }

    /// From now on every octet is shown.
    void show_to(tap watcher) { watcher_ = std::move(watcher); }
    /// @returns the number of the last read.
    [[nodiscard]] std::uint64_t reads() const noexcept { return reads_; }

    /// From now on what is written goes to `answer` instead of the server, until that returns
    /// octets; these are read next, and the server's follow. None of them is shown to the tap.
    void divert(stand_in answer) { stand_in_ = std::move(answer); }

    /// From now on the frames that are written get masking keys of this source.
    void mask_anew(std::function<websocket::remasker::masking_key()> fresh_key) {
        masks_.emplace(std::move(fresh_key));
    }

    /// The next Close frame without a reason that is written goes out as this one.
    void replace_close(std::string frame) { close_ = std::move(frame); }

    /// Closes the socket at once; what is under way ends with operation_aborted.
    void drop() {
        error_code ignored;
        wire_.socket().close(ignored);
    }

    template <class Buffers, class Token>
    io_result<Token> async_read_some(const Buffers& buffers, Token&& token) {
        return asio::async_compose<Token, void(error_code, std::size_t)>(
            [this, buffers, begun = false](auto& self, error_code failure = {},
                                           std::size_t size = 0) mutable {
                if (!begun) {
                    begun = true;
                    begin_read(std::move(self));
                    return;
                }
                if (size > 0)
                    take_block(size);
                self.complete(failure, failure ? 0 : hand_out(buffers));
            },
            token, wire_);
    }

    template <class Buffers, class Token>
    io_result<Token> async_write_some(const Buffers& buffers, Token&& token) {
        return asio::async_compose<Token, void(error_code, std::size_t)>(
            [this, buffers, begun = false](auto& self, error_code failure = {},
                                           std::size_t size = 0) mutable {
                if (!begun) {
                    begun = true;
                    take_outgoing(buffers);
                    begin_write(std::move(self));
                    return;
                }
                self.complete(failure, failure ? 0 : sent(size));
            },
            token, wire_);
    }

private:
    static constexpr std::size_t block_octets = std::size_t{64} << 10U;

    template <class Self>
    void begin_read(Self self) {
        if (!waiting_.empty()) {
            asio::post(get_executor(), std::move(self));
        } else if (tls_) {
            tls_->async_read_some(asio::buffer(block_), std::move(self));
        } else {
            wire_.async_read_some(asio::buffer(block_), std::move(self));
        }
    }

    template <class Self>
    void begin_write(Self self) {
        if (stand_in_) {
            asio::post(get_executor(), std::move(self));
            return;
        }
        if (tls_) {
            tls_->async_write_some(asio::buffer(outgoing_), std::move(self));
        } else {
            wire_.async_write_some(asio::buffer(outgoing_), std::move(self));
        }
    }

    void take_block(std::size_t size) {
        ++reads_;
        waiting_.assign(block_.data(), size);
        if (watcher_)
            watcher_(passage::received, waiting_, reads_);
    }

    template <class Buffers>
    std::size_t hand_out(const Buffers& buffers) {
        const auto rest = std::string_view{waiting_}.substr(taken_);
        const auto size = asio::buffer_copy(buffers, asio::buffer(rest.data(), rest.size()));
        taken_ += size;
        if (taken_ == waiting_.size()) {
            waiting_.clear();
            taken_ = 0;
        }
        return size;
    }

    /// What an earlier write did not take comes again with the next one: it is masked and shown
    /// already, and waits in outgoing_.
    template <class Buffers>
    void take_outgoing(const Buffers& buffers) {
        std::string given(std::min(asio::buffer_size(buffers), block_octets), '\0');
        asio::buffer_copy(asio::buffer(given), buffers);
        if (stand_in_) {
            outgoing_ = std::move(given);
            return;
        }
        auto fresh = given.substr(std::min(outgoing_.size(), given.size()));
        if (fresh.size() == close_.size() && fresh.starts_with('\x88'))
            fresh = std::exchange(close_, {});
        if (masks_)
            masks_->apply(fresh);
        ++writes_;
        if (watcher_ && !fresh.empty())
            watcher_(passage::sent, fresh, writes_);
        outgoing_ += fresh;
    }

    std::size_t sent(std::size_t size) {
        if (stand_in_) {
            const auto all = std::exchange(outgoing_, {});
            if (auto answer = stand_in_(all); !answer.empty()) {
                waiting_ = std::move(answer);
                stand_in_ = nullptr;
            }
            return all.size();
        }
        outgoing_.erase(0, size);
        return size;
    }

    wire wire_;
    std::optional<asio::ssl::stream<wire&>> tls_;
    std::vector<char> block_ = std::vector<char>(block_octets);
    std::string waiting_; ///< Read and not yet handed out, from taken_ on.
    std::size_t taken_ = 0;
    std::string outgoing_; ///< As it goes out; not yet taken by the layer below.
    std::string close_;    ///< Sent instead of a Close, see replace_close().
    stand_in stand_in_;
    tap watcher_;
    std::optional<websocket::remasker> masks_;
    std::uint64_t reads_ = 0;
    std::uint64_t writes_ = 0;
};

} // namespace rhombus::net
