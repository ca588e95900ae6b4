#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rhombus::session {

/// Why a connection ended or an attempt failed, as far as it decides about the next attempt
/// (requirements.md, section 11, table of close codes).
enum class end_cause : std::uint8_t {
    network,     ///< No connection, reset, 1006, silence: the first wait after a good connection.
    orderly,     ///< 1000, 1001, 1005: the same.
    limit,       ///< 1009, 4500, a message too big or we too slow: the same.
    protocol,    ///< 1002, 1003, 1007, 1010, someone broke a protocol: growing wait.
    server,      ///< 5xx, 1011, 1014, 3008, unknown codes: growing wait.
    credential,  ///< 401, 403, 1008, 3000, 3003, 4401, 4403, ERROR: few attempts.
    restarting,  ///< 1012: 5 to 30 s.
    unavailable, ///< 429, 503: 5 s at least, or Retry-After.
    overloaded,  ///< 1013, 4429: at the cap, or Retry-After.
};

/// @returns the cause that a WebSocket close code names; nullopt code: no Close frame came.
[[nodiscard]] end_cause cause_of_close(std::optional<std::uint16_t> code) noexcept;
/// @returns the cause that a refused upgrade's status names.
[[nodiscard]] end_cause cause_of_status(std::uint16_t status) noexcept;
/// @returns credential where the text of an ERROR names one, else server.
[[nodiscard]] end_cause cause_of_error(std::string_view text);

/// @returns what an end without Close (1006) after that time suggests; empty: nothing.
[[nodiscard]] std::string_view hint_of_uptime(std::chrono::milliseconds up) noexcept;

} // namespace rhombus::session
