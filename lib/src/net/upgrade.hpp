#pragma once

#include "coroutine.hpp"
#include "journal.hpp"
#include "octet_stream.hpp"

#include <rhombus/net/connection.hpp>
#include <rhombus/net/endpoint.hpp>

#include <string>

namespace rhombus::net {

struct upgraded {
    error_code reason;
    std::string behind; ///< WebSocket octets that came together with the 101.
};

/// Makes the opening handshake of RFC 6455 section 4.1: writes the GET, reads the answer itself, so
/// that a refusal is kept whatever shape it has. Sends `request.credentials` among the headers.
[[nodiscard]] asio::awaitable<upgraded> upgrade(octet_stream& octets, const endpoint& where,
                                                upgrade_request request, time_point deadline,
                                                journal log);

/// @returns why a 101 is no agreement to what was asked; success where it is.
/// Spec: RFC 6455 section 4.1.
[[nodiscard]] error_code check_agreement(const struct response_head& head,
                                         const std::string& handshake_key,
                                         const std::vector<std::string>& offered);

} // namespace rhombus::net
