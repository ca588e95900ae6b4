#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rhombus::transcript {

/// @returns the octets in base64 with padding. Spec: RFC 4648, section 4.
[[nodiscard]] std::string to_base64(std::string_view octets);

/// @returns the octets; nullopt for anything but padded base64 of the standard alphabet.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

} // namespace rhombus::transcript
