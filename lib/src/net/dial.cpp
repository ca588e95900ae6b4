#include "dial.hpp"

#include <rhombus/net/error.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <utility>

namespace rhombus::net {
namespace {

using asio::ip::tcp;
using transcript::origin;
constexpr std::chrono::milliseconds head_start{250};

struct attempt {
    tcp::endpoint address;
    tcp::socket socket;
    bool ended = false;
};

/// The attempts under way; shared with them, since the last may end after the race.
struct race {
    asio::steady_timer wake;
    journal log;
    std::deque<attempt> attempts; ///< Those begun.
    attempt* winner = nullptr;
    error_code reason;
    bool over = false;
};

bool unreachable(error_code reason) {
    return reason == asio::error::network_unreachable || reason == asio::error::host_unreachable;
}

std::string word_for(error_code reason) {
    if (reason == asio::error::connection_refused)
        return "refused";
    if (reason == asio::error::timed_out)
        return "timeout";
    if (reason == asio::error::connection_reset)
        return "reset";
    return unreachable(reason) ? "unreachable" : reason.message();
}

void write_failure(const race& all, const attempt& one, std::string word, origin from) {
    all.log(from, transcript::tcp_failed{one.address.address().to_string(), one.address.port(),
                                         std::move(word)});
}

void write_end(race& all, attempt& one, error_code failure) {
    if (!failure) {
        all.winner = &one;
        all.log(origin::server,
                transcript::tcp_connected{one.address.address().to_string(), one.address.port()});
        return;
    }
    const auto refused =
        failure == asio::error::connection_refused || failure == asio::error::connection_reset;
    write_failure(all, one, word_for(failure), refused ? origin::server : origin::tool);
    // An unreachable network says least: it names the cause only where nothing else does.
    if (!all.reason || !unreachable(failure))
        all.reason = failure;
}

asio::awaitable<void> carry_out(std::shared_ptr<race> all, attempt& one) {
    all->log(origin::client,
             transcript::tcp_connecting{one.address.address().to_string(), one.address.port()});
    const auto [failure] = co_await one.socket.async_connect(one.address, as_result);
    one.ended = true;
    if (!all->over && all->winner == nullptr)
        write_end(*all, one, failure);
    all->wake.cancel();
}

bool all_ended(const race& all) {
    return std::ranges::all_of(all.attempts, &attempt::ended);
}

/// Writes down what was given up, closes it, and hands out the winner.
dialled settle(race& all) {
    all.over = true;
    const auto won = all.winner != nullptr;
    for (auto& each : all.attempts) {
        if (!each.ended)
            write_failure(all, each, won ? "abandoned" : "timeout", origin::tool);
        if (&each != all.winner) {
            error_code ignored;
            each.socket.close(ignored);
        }
    }
    if (!won)
        return {all_ended(all) ? all.reason : error_code{errc::opening_timed_out}, std::nullopt};
    error_code ignored;
    all.winner->socket.set_option(tcp::no_delay{true}, ignored);
    return {{}, std::move(all.winner->socket)};
}

} // namespace

asio::awaitable<dialled> dial(std::vector<tcp::endpoint> addresses, time_point deadline,
                              journal log) {
    const auto loop = co_await asio::this_coro::executor;
    auto all =
        std::make_shared<race>(race{asio::steady_timer{loop}, std::move(log), {}, {}, {}, false});
    auto next = addresses.begin();
    auto next_start = clock::now();
    while (all->winner == nullptr && clock::now() < deadline) {
        if (next == addresses.end() && all_ended(*all))
            break;
        if (next != addresses.end() && (all_ended(*all) || clock::now() >= next_start)) {
            auto& one = all->attempts.emplace_back(attempt{*next++, tcp::socket{loop}, false});
            next_start = clock::now() + head_start;
            asio::co_spawn(loop, carry_out(all, one), rethrow);
            continue;
        }
        all->wake.expires_at(next == addresses.end() ? deadline : std::min(deadline, next_start));
        co_await all->wake.async_wait(as_result);
    }
    if (all->attempts.empty())
        co_return dialled{errc::no_usable_address, std::nullopt};
    co_return settle(*all);
}

} // namespace rhombus::net
