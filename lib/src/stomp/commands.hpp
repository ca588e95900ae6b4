#pragma once

#include <rhombus/stomp/frame_reader.hpp>
#include <rhombus/stomp/version.hpp>

#include <string_view>

namespace rhombus::stomp {

/// @returns whether this side may send this command in this version.
[[nodiscard]] bool known_command(std::string_view command, direction side, version which) noexcept;

/// @returns whether a frame of this command may have a body. Spec: STOMP 1.2, Body.
[[nodiscard]] bool may_have_body(std::string_view command, version which) noexcept;

/// @returns the letters of escapes in the headers of such a frame; CONNECT and CONNECTED have none.
/// Spec: STOMP 1.2, Value Encoding.
[[nodiscard]] std::string_view escapes_of(std::string_view command, version which) noexcept;

/// @returns whether a line that starts here is a command of this side: the word and its EOL.
[[nodiscard]] bool starts_with_command_line(std::string_view octets, direction side,
                                            version which) noexcept;
/// That many octets are enough to tell: the longest command and CR LF.
inline constexpr std::size_t longest_command_line = 13;

} // namespace rhombus::stomp
