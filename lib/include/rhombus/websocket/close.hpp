#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rhombus::websocket {

/// @returns whether an endpoint may send this code: 1000 to 1003, 1007 to 1014, 3000 to 4999.
/// Spec: RFC 6455 section 7.4; 1012 to 1014 were registered later and are in use.
[[nodiscard]] constexpr bool sendable_close_code(std::uint16_t code) noexcept {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

/// @returns the code of a Close frame's payload; nullopt when it has none.
/// Spec: RFC 6455 section 5.5.1.
[[nodiscard]] std::optional<std::uint16_t> close_code(std::string_view payload) noexcept;
/// @returns the reason of a Close frame's payload, which nobody has checked.
[[nodiscard]] std::string_view close_reason(std::string_view payload) noexcept;

} // namespace rhombus::websocket
