#pragma once

#include "coroutine.hpp"
#include "journal.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <optional>
#include <vector>

namespace rhombus::net {

struct dialled {
    error_code reason;
    std::optional<asio::ip::tcp::socket> socket;
};

/// Connects to the first address that answers: each is tried in order, the next one starts when the
/// one before has failed or has been silent for 250 ms. Spec: RFC 8305 section 5.
[[nodiscard]] asio::awaitable<dialled> dial(std::vector<asio::ip::tcp::endpoint> addresses,
                                            time_point deadline, journal log);

} // namespace rhombus::net
