#pragma once

#include <rhombus/stomp/error.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace rhombus::stomp {

/// @returns the text with `\`, CR, LF and `:` escaped. Spec: STOMP 1.2, Value Encoding.
[[nodiscard]] std::string escape(std::string_view text);
/// Appends the text to `out`, escaped.
void escape_to(std::string& out, std::string_view text);

/// @returns where the next backslash at or after `from` stands that begins no escape, as `letters`
/// lists those that may follow one (see escape_letters()); npos when there is none.
[[nodiscard]] std::size_t undefined_escape_at(std::string_view raw, std::string_view letters,
                                              std::size_t from = 0) noexcept;

/// @returns the octets meant, or errc::undefined_escape with the offset of the backslash.
[[nodiscard]] boost::system::result<std::string, parse_error> unescape(std::string_view raw);
/// Appends the octets meant to `out`. What is no escape, as `letters` lists those that may follow a
/// backslash (see escape_letters()), stays as it is.
void unescape_to(std::string& out, std::string_view raw, std::string_view letters);

} // namespace rhombus::stomp
