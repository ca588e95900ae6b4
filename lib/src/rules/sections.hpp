#pragma once

#include <rhombus/rules/rule.hpp>

#include <span>

/// The rules of each section of the requirements, one source file each.
namespace rhombus::rules {

[[nodiscard]] std::span<const rule> opening_rules();
[[nodiscard]] std::span<const rule> credential_rules();
[[nodiscard]] std::span<const rule> framing_rules();
[[nodiscard]] std::span<const rule> closing_rules();
[[nodiscard]] std::span<const rule> stomp_outgoing_rules();
[[nodiscard]] std::span<const rule> stomp_incoming_rules();
[[nodiscard]] std::span<const rule> heartbeat_rules();
[[nodiscard]] std::span<const rule> subscription_rules();
[[nodiscard]] std::span<const rule> disconnect_rules();
[[nodiscard]] std::span<const rule> reconnection_rules();
[[nodiscard]] std::span<const rule> event_rules();
[[nodiscard]] std::span<const rule> security_rules();

} // namespace rhombus::rules
