#pragma once

#include <rhombus/account/settings.hpp>
#include <rhombus/transcript/file.hpp>
#include <rhombus/transcript/recorder.hpp>

#include <filesystem>
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

/// Reads a finished log again and looks for every form of every secret that has at least 8 octets:
/// shorter ones occur by chance in times and hashes.
/// @returns one sentence that says where the first stands; empty when there is none, or when the
/// log is no regular file.
[[nodiscard]] std::string exposure_in_log(const std::filesystem::path& log,
                                          const transcript::redactor& secrets);

/// @returns the first record of a transcript made by this program.
[[nodiscard]] transcript::header transcript_header(const account::settings& settings);

/// @returns a random key of the form that the service gives out: 22 characters of URL-safe base64.
[[nodiscard]] std::string random_key();

} // namespace rhombus::doctor
