#pragma once

#include "coroutine.hpp"
#include "octet_stream.hpp"

#include <rhombus/transcript/record.hpp>

#include <boost/asio/ssl/context.hpp>

#include <optional>
#include <string>

namespace rhombus::net {

/// Settings of one TLS client session: at least TLS 1.2, the system's store or that of `ca_file`.
/// @returns why the store could not be read.
[[nodiscard]] error_code trust(asio::ssl::context& settings, const std::string& ca_file);

struct secured {
    error_code reason; ///< Why the handshake failed; certificate_refused where it did not.
    transcript::tls_facts facts;
};

/// Makes the TLS handshake over `octets`, which must have its TLS layer, and verifies the server.
/// Every complaint is gathered; the handshake itself goes on in spite of them.
[[nodiscard]] asio::awaitable<secured> secure(octet_stream& octets, const std::string& host,
                                              time_point deadline);

} // namespace rhombus::net
