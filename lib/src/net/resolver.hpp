#pragma once

#include "coroutine.hpp"
#include "journal.hpp"

#include <rhombus/net/connection.hpp>
#include <rhombus/net/endpoint.hpp>

#include <boost/asio/ip/address.hpp>

#include <span>
#include <vector>

namespace rhombus::net {

struct resolution {
    error_code reason;
    std::vector<asio::ip::address> addresses; ///< At most 16, in the order to be tried.
};

/// Finds the host's addresses: an override's, a literal's, else those of getaddrinfo with the
/// address families in turn (RFC 8305 section 4), so that a host whose IPv6 is silent costs one
/// head start. Returns at the deadline even when getaddrinfo does not.
[[nodiscard]] asio::awaitable<resolution> resolve(const endpoint& where,
                                                  std::span<const address_override> overrides,
                                                  time_point deadline, const journal& log);

} // namespace rhombus::net
