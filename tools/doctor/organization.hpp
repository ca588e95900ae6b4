#pragma once

#include "facts.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rhombus::doctor {

/// What a 200 of getOrgV2 says. Facts: the vendor's OpenAPI document; a 200 can still be an error.
struct organization_reading {
    enum class kind : std::uint8_t { good, not_json, says_error, without_uuid };
    kind what = kind::not_json;
    std::string uuid;
    std::string name;
    std::string type; ///< e.g. `PARTNER`.
    std::string error_message;
};

[[nodiscard]] organization_reading read_organization(std::string_view body);

/// @returns the organization whose topic is subscribed to: --org, else what REST said, for a
/// generic broker nothing.
[[nodiscard]] std::optional<std::string> organization_to_watch(const facts& known);

} // namespace rhombus::doctor
