#pragma once

#include <string>
#include <string_view>

namespace rhombus::net {

/// @returns 16 random octets in base64. Spec: RFC 6455 section 4.1, point 7.
[[nodiscard]] std::string new_handshake_key();

/// @returns the Sec-WebSocket-Accept that belongs to the key. Spec: RFC 6455 section 4.2.2.
[[nodiscard]] std::string accept_key(std::string_view handshake_key);

} // namespace rhombus::net
