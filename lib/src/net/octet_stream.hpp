#pragma once

#include "coroutine.hpp"
#include "wire.hpp"

#include <rhombus/websocket/remasker.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

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

/// The octets of one connection, over TCP or over TLS: the layer below beast::websocket::stream.
/// Reads in large blocks, counts reads and writes, and shows every octet: those received as they
/// come, those sent as they are handed down, so that an answer never comes before its question.
/// An AsyncReadStream and AsyncWriteStream; neither copied nor moved.
class octet_stream {
public:
    using executor_type = wire::executor_type;
    /// Takes a block that was read, and returns what the layer above shall read of it.
    /// @param number of the read, from 1.
    using receiver = std::function<std::string(std::string_view octets, std::uint64_t number)>;
    /// Is shown what is written. @param number of the write, from 1.
    using onlooker = std::function<void(std::string_view octets, std::uint64_t number)>;
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

    /// From now on what is read goes to `taker`, and on to the layer above what that returns; its
    /// read lasts until there is something for it.
    void receive_with(receiver taker) { receiver_ = std::move(taker); }
    /// From now on what is written is shown.
    void show_sent(onlooker watcher) { sent_to_ = std::move(watcher); }
    /// Takes what was read and the layer above has not read yet.
    [[nodiscard]] std::string take_waiting() {
        auto rest = waiting_.substr(std::exchange(taken_, 0));
        waiting_.clear();
        return rest;
    }
    /// The layer above shall read this next; nothing else waits.
    void put_back(std::string octets) { waiting_ = std::move(octets); }

    /// From now on nothing is read and nothing handed out.
    void hold() noexcept { held_ = true; }
    /// Ends hold().
    void go_on() {
        held_ = false;
        gate_.cancel();
    }
    /// @returns the number of the last read.
    [[nodiscard]] std::uint64_t reads() const noexcept { return reads_; }

    /// From now on what is written goes to `answer` instead of the server, until that returns
    /// octets; these are read next, and the server's follow. None of them is shown.
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
        go_on();
    }

    template <class Buffers, class Token>
    io_result<Token> async_read_some(const Buffers& buffers, Token&& token) {
        return asio::async_compose<Token, void(error_code, std::size_t)>(
            [this, buffers, begun = false](auto& self, error_code failure = {},
                                           std::size_t size = 0) mutable {
                const auto reading = std::exchange(reading_, false);
                if (size > 0)
                    take_block(size);
                if (reading && failure)
                    return self.complete(failure, 0);
                if (!std::exchange(begun, true) || held_ || waiting_.empty())
                    return await_octets(std::move(self));
                self.complete(error_code{}, hand_out(buffers));
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
    void await_octets(Self self) {
        if (held_)
            return gate_.async_wait(std::move(self));
        if (!waiting_.empty())
            return asio::post(get_executor(), std::move(self));
        reading_ = true;
        if (tls_)
            tls_->async_read_some(asio::buffer(block_), std::move(self));
        else
            wire_.async_read_some(asio::buffer(block_), std::move(self));
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
        const std::string_view octets{block_.data(), size};
        if (receiver_)
            waiting_ = receiver_(octets, reads_);
        else
            waiting_ = octets;
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
        if (sent_to_ && !fresh.empty())
            sent_to_(fresh, writes_);
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
    asio::steady_timer gate_{wire_.get_executor(), time_point::max()}; ///< Cancelled: look again.
    bool held_ = false;
    bool reading_ = false; ///< A block is being read.
    std::optional<asio::ssl::stream<wire&>> tls_;
    std::vector<char> block_ = std::vector<char>(block_octets);
    std::string waiting_; ///< For the layer above and not yet handed out, from taken_ on.
    std::size_t taken_ = 0;
    std::string outgoing_; ///< As it goes out; not yet taken by the layer below.
    std::string close_;    ///< Sent instead of a Close, see replace_close().
    stand_in stand_in_;
    receiver receiver_;
    onlooker sent_to_;
    std::optional<websocket::remasker> masks_;
    std::uint64_t reads_ = 0;
    std::uint64_t writes_ = 0;
};

} // namespace rhombus::net
