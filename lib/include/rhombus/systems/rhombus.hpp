#pragma once

#include <rhombus/systems/dialect.hpp>
#include <rhombus/systems/profile.hpp>
#include <rhombus/systems/stomp_dialect.hpp>

#include <memory>
#include <optional>
#include <string>

namespace rhombus::systems {

/// Whose key it is: decides the scheme, and whether a target organization is named.
enum class key_owner : std::uint8_t { organization, partner };

struct rhombus_options {
    std::string ws_url; ///< Without the query parameters that name scheme and organization.
    std::string api_key;
    key_owner owner = key_owner::organization;
    std::optional<std::string> partner_target; ///< The client organization of a partner's key.
    std::optional<std::string> organization;   ///< Whose changes; nullopt: no subscription.
    unanswered_connect unanswered = unanswered_connect::wait;
};

/// Change events of a Rhombus organization. Facts: connection lifecycle guide, steps 1 to 5.
[[nodiscard]] std::unique_ptr<dialect> make_rhombus(const profile& system,
                                                    const rhombus_options& options);

/// @returns the URL of the handshake: the scheme and, for a partner, the target in the query.
[[nodiscard]] std::string rhombus_url(const profile& system, const rhombus_options& options);

} // namespace rhombus::systems
