#pragma once

#include "../check.hpp"

namespace rhombus::doctor {

[[nodiscard]] check config_check();
[[nodiscard]] check dns_check();
[[nodiscard]] check tcp_check();
[[nodiscard]] check tls_check();
[[nodiscard]] check rest_token_check();
[[nodiscard]] check ws_handshake_check();
[[nodiscard]] check stomp_connected_check();
[[nodiscard]] check subscribe_check();
[[nodiscard]] check topic_delivery_check();
[[nodiscard]] check heartbeat_check();
[[nodiscard]] check events_check();
[[nodiscard]] check goodbye_check();

} // namespace rhombus::doctor
