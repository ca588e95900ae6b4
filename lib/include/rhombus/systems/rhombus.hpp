#pragma once

#include <rhombus/systems/dialect.hpp>
#include <rhombus/systems/profile.hpp>
#include <rhombus/systems/stomp_dialect.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rhombus::systems {

/// Whose key it is: decides the scheme, and whether a target organization is named.
enum class key_owner : std::uint8_t { organization, partner };

/// As whom to connect, and whose events to ask for.
struct rhombus_options {
    std::string ws_url;  ///< Without the query parameters that name scheme and organization.
    std::string api_key; ///< A secret: goes only into the opening's headers.
    key_owner owner = key_owner::organization; ///< Decides the scheme.
    std::optional<std::string> partner_target; ///< The client organization of a partner's key.
    std::optional<std::string> organization;   ///< Whose changes; nullopt: no subscription.
    /// The `host` header of CONNECT: the host of ws_url where it is nullopt, none where it is empty
    /// (requirements.md, D-01: STOMP 1.2 wants one, the vendor's guides show none).
    std::optional<std::string> virtual_host{};
    unanswered_connect unanswered = unanswered_connect::wait; ///< While CONNECT stays unanswered.
};

/// Change events of a Rhombus organization. Facts: connection lifecycle guide, steps 1 to 5.
[[nodiscard]] std::unique_ptr<dialect> make_rhombus(const profile& system,
                                                    const rhombus_options& options);

/// @returns the host of a URL, without its port, brackets of an IPv6 address kept; empty for what
/// is no URL.
[[nodiscard]] std::string_view host_of_url(std::string_view url) noexcept;

/// @returns the URL of the handshake: the scheme and, for a partner, the target in the query.
[[nodiscard]] std::string rhombus_url(const profile& system, const rhombus_options& options);

} // namespace rhombus::systems
