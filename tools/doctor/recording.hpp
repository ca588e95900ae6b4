#pragma once

#include <rhombus/account/settings.hpp>
#include <rhombus/transcript/file.hpp>
#include <rhombus/transcript/recorder.hpp>

#include <optional>
#include <string>

namespace rhombus::doctor {

/// @returns both clocks now.
[[nodiscard]] transcript::stamp stamp_now();

/// @returns RFC 3339 in UTC with milliseconds.
[[nodiscard]] std::string to_rfc3339(std::int64_t wall_ms);

/// @returns a redactor that knows every secret of the settings, and the decoy.
[[nodiscard]] transcript::redactor redactor_for(const account::settings& settings,
                                                const std::string& decoy_key);

/// @returns the first record of a transcript made by this program.
[[nodiscard]] transcript::header transcript_header(const account::settings& settings);

/// @returns a random key of the form that the service gives out: 22 characters of URL-safe base64.
[[nodiscard]] std::string random_key();

} // namespace rhombus::doctor
