#pragma once

#include <rhombus/systems/dialect.hpp>
#include <rhombus/systems/profile.hpp>
#include <rhombus/systems/stomp_dialect.hpp>

#include <memory>
#include <optional>
#include <string>

namespace rhombus::systems {

/// A STOMP 1.2 broker behind a WebSocket (RabbitMQ, ActiveMQ, Spring, ...).
struct broker_options {
    std::string ws_url;
    std::string virtual_host; ///< The `host` header; STOMP 1.2 requires one.
    std::optional<std::string> login;
    std::optional<std::string> passcode;
    std::optional<std::string> destination; ///< nullopt: no subscription.
    std::optional<std::string> subprotocol; ///< e.g. `v12.stomp`.
    unanswered_connect unanswered = unanswered_connect::wait;
};

[[nodiscard]] std::unique_ptr<dialect> make_stomp(const profile& system,
                                                  const broker_options& options);

} // namespace rhombus::systems
