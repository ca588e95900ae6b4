#pragma once

#include "facts.hpp"

#include <rhombus/net/connection.hpp>
#include <rhombus/rest/call.hpp>
#include <rhombus/systems/dialect.hpp>
#include <rhombus/systems/stomp_dialect.hpp>

#include <memory>
#include <string>

namespace rhombus::doctor {

/// @returns the key that a request carries: the account's for that host, the decoy, or none.
[[nodiscard]] const std::string& key_text(const facts& known, host which, probe_key key,
                                          const std::string& decoy);

/// @returns the request that checks a key and names the organization (getOrgV2).
[[nodiscard]] rest::call organization_call(const facts& known, const net::connection_options& how,
                                           probe_key key, const std::string& decoy);

/// @returns the protocol of the account's system, subscribed to its organization or destination.
[[nodiscard]] std::unique_ptr<systems::dialect>
make_dialect(const facts& known, systems::unanswered_connect unanswered);

} // namespace rhombus::doctor
