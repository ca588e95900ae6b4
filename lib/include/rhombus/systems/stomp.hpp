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
    std::string ws_url;       ///< Of the broker.
    std::string virtual_host; ///< The `host` header; STOMP 1.2 requires one. Empty: none is sent.
    std::optional<std::string> login;                         ///< Of CONNECT.
    std::optional<std::string> passcode;                      ///< Of CONNECT; a secret.
    std::optional<std::string> destination;                   ///< nullopt: no subscription.
    std::optional<std::string> subprotocol;                   ///< e.g. `v12.stomp`.
    unanswered_connect unanswered = unanswered_connect::wait; ///< While CONNECT stays unanswered.
};

/// @returns the client side of one connection to a broker.
[[nodiscard]] std::unique_ptr<dialect> make_stomp(const profile& system,
                                                  const broker_options& options);

} // namespace rhombus::systems
