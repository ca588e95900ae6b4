#pragma once

#include "octet_buffer.hpp"

#include <string>
#include <string_view>

namespace rhombus::transcript {

/// What stands for malformed UTF-8.
inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD"; // U+FFFD

/// Adds the text as a JSON string with its quotes. Only what must be escaped is: quotes,
/// backslashes and controls below U+0020. Each malformed UTF-8 sequence becomes U+FFFD. Spec: RFC
/// 8259, section 7.
void append_json_string(octet_buffer& out, std::string_view text);

/// The same for text that is known to be well-formed UTF-8.
void append_json_utf8(octet_buffer& out, std::string_view text);

/// @returns the JSON string without its quotes.
[[nodiscard]] std::string json_escaped(std::string_view text);

} // namespace rhombus::transcript
