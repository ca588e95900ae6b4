#pragma once

#include "coroutine.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace rhombus::net {

/// Calls `stop` once when the time has come, unless it is destroyed before.
class time_limit {
public:
    time_limit(const asio::any_io_executor& loop, time_point when, std::function<void()> stop)
        : shared_{std::make_shared<shared>(std::move(stop))}, timer_{loop, when} {
        timer_.async_wait([known = shared_](error_code failure) {
            if (failure || !known->stop)
                return;
            known->expired = true;
            known->stop();
        });
    }
    time_limit(const time_limit&) = delete;
    time_limit& operator=(const time_limit&) = delete;
    ~time_limit() { shared_->stop = nullptr; }

    [[nodiscard]] bool expired() const noexcept { return shared_->expired; }

private:
    struct shared {
        explicit shared(std::function<void()> callback) : stop{std::move(callback)} {}
        std::function<void()> stop;
        bool expired = false;
    };
    std::shared_ptr<shared> shared_;
    asio::steady_timer timer_;
};

} // namespace rhombus::net
