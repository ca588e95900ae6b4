#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rhombus::session {

/// Reads a `Retry-After` header (RFC 9110 section 10.2.3): seconds, or a date.
/// @param wall_ms now, UTC, milliseconds since 1970.
/// @returns the time to wait; nullopt for what is neither, negative or past.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value,
                                                                         std::int64_t wall_ms);

} // namespace rhombus::session
