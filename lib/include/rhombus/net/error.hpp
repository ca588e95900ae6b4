#pragma once

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <type_traits>

namespace rhombus::net {

/// What can end an opening beside the operating system's and OpenSSL's own errors, which are kept
/// as they came. A value is never reused and never widened.
enum class errc : std::uint8_t {
    opening_timed_out = 1,   ///< connection_options::opening_limit has passed.
    no_usable_address,       ///< The host has no address that could be tried.
    certificate_refused,     ///< The peer's certificate failed verification.
    not_tls,                 ///< The server's first octets are not TLS.
    handshake_refused,       ///< The answer's status is not 101.
    handshake_malformed,     ///< The answer's head is too long or not HTTP.
    upgrade_not_confirmed,   ///< 101 without `Upgrade: websocket` and `Connection: Upgrade`.
    accept_key_wrong,        ///< RFC 6455 section 4.1, Sec-WebSocket-Accept.
    extension_not_offered,   ///< RFC 6455 section 4.1, Sec-WebSocket-Extensions.
    subprotocol_not_offered, ///< RFC 6455 section 4.1, Sec-WebSocket-Protocol.
    closed_without_answer,   ///< The server closed before the first octet of its answer.
    request_not_sendable,    ///< A header or the target holds an octet that HTTP forbids.
};

[[nodiscard]] const boost::system::error_category& net_category() noexcept;
[[nodiscard]] boost::system::error_code make_error_code(errc code) noexcept;

} // namespace rhombus::net

template <>
struct boost::system::is_error_code_enum<rhombus::net::errc> : std::true_type {};
