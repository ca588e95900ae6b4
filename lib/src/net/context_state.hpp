#pragma once

#include "coroutine.hpp"

#include <rhombus/net/context.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

namespace rhombus::net {

struct ticker {
    asio::steady_timer timer;
    std::chrono::milliseconds interval;
    std::function<void()> callback;
};

/// run() ends when `begun` falls to 0; what waits in `io` besides does not keep it alive.
struct context::state {
    std::size_t begun = 0;
    bool ending = false; ///< The destructor runs: `io` is not to be touched.
    std::optional<int> interrupt;
    asio::io_context io{1};
    std::optional<asio::signal_set> signals;
    std::unique_ptr<ticker> ticks;
};

/// One piece of begun work.
class begun_work {
public:
    explicit begun_work(context::state& loop) : loop_{&loop} { ++loop_->begun; }
    begun_work(const begun_work&) = delete;
    begun_work& operator=(const begun_work&) = delete;
    ~begun_work() {
        if (!loop_->ending && --loop_->begun == 0)
            loop_->io.stop();
    }

private:
    context::state* loop_;
};

} // namespace rhombus::net
