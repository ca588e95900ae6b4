#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <exception>

namespace rhombus::net {

namespace asio = boost::asio;
using boost::system::error_code;
using clock = std::chrono::steady_clock;
using time_point = clock::time_point;

/// Completion token: errors come back as values.
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

/// Completion of a spawned coroutine: what a caller's callback threw leaves context::run().
inline void rethrow(const std::exception_ptr& thrown) {
    if (thrown)
        std::rethrow_exception(thrown);
}

} // namespace rhombus::net
