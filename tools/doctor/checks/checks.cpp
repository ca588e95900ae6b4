#include "list.hpp"

namespace rhombus::doctor {

const std::vector<check>& all_checks() {
    static const std::vector<check> checks{config_check(),
                                           dns_check(),
                                           tcp_check(),
                                           tls_check(),
                                           rest_token_check(),
                                           ws_handshake_check(),
                                           stomp_connected_check(),
                                           subscribe_check(),
                                           topic_delivery_check(),
                                           heartbeat_check(),
                                           events_check(),
                                           goodbye_check()};
    return checks;
}

} // namespace rhombus::doctor
