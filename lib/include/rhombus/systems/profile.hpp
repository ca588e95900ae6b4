#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rhombus::systems {

/// The hosts of one region.
struct region {
    std::string name;        ///< e.g. `us`.
    std::string api_url;     ///< Empty: none is known.
    std::string ws_url;      ///< Of the WebSocket.
    std::string console_url; ///< The web console; empty: none is known.
};

/// Where a credential stands in requests.
struct credential_placement {
    std::string header;              ///< Of the key, on REST and on the handshake.
    std::string scheme;              ///< Header on REST, query parameter on the handshake.
    std::string organization_scheme; ///< Value for an organization's key.
    std::string partner_scheme;      ///< Value for a partner's key.
    std::string organization;        ///< Query parameter that names a partner's target.
};

/// The request that checks a token and names the organization.
struct rest_check {
    std::string method; ///< Of HTTP.
    std::string target; ///< Path of the request.
    std::string body;   ///< Sent as it is.
};

/// What is known of one system: a data file compiled into the program.
struct profile {
    std::string name;                               ///< As in `--system`.
    std::string title;                              ///< For a person.
    std::vector<systems::region> regions;           ///< The first is the default.
    std::optional<credential_placement> credential; ///< nullopt: none is sent in HTTP.
    std::optional<systems::rest_check> rest;        ///< nullopt: the system has no REST API.
    std::string destination;                     ///< Prefix of the topic; the organization follows.
    std::string subscription_id;                 ///< Of SUBSCRIBE.
    std::chrono::milliseconds heart_beat{};      ///< Offered in both directions.
    std::chrono::milliseconds opening_limit{};   ///< From resolving to the upgrade.
    std::chrono::milliseconds connected_limit{}; ///< From CONNECT to CONNECTED.
    std::chrono::milliseconds rest_limit{};      ///< Of one request.
    std::size_t rest_body_octets = 0;            ///< Of one answer.

    /// @returns the region of that name; nullptr when there is none.
    [[nodiscard]] const systems::region* find_region(std::string_view region_name) const noexcept;
};

/// @returns the profile of a system; nullptr for an unknown name.
[[nodiscard]] const profile* find_profile(std::string_view name);
/// @returns the names of all systems in order.
[[nodiscard]] std::vector<std::string> profile_names();

} // namespace rhombus::systems
