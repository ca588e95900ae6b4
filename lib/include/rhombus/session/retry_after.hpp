#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rhombus::session {

/// Reads an HTTP date in any of its three forms (RFC 9110 section 5.6.7: `Sun, 06 Nov 1994
/// 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`). The name of the
/// day is not compared with the date.
/// @param wall_ms now: a year of two digits is at most 50 years ahead of it.
/// @returns seconds since 1970; nullopt for anything else.
[[nodiscard]] std::optional<std::int64_t> parse_http_date(std::string_view text,
                                                          std::int64_t wall_ms);

/// Reads a `Retry-After` header (RFC 9110 section 10.2.3): seconds, or a date.
/// @param wall_ms now, UTC, milliseconds since 1970.
/// @returns the time to wait, never less than was asked for and at most a year; nullopt for what is
/// neither, negative, zero or past.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value,
                                                                         std::int64_t wall_ms);

} // namespace rhombus::session
