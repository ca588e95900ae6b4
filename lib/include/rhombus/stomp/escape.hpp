#pragma once

#include <rhombus/stomp/error.hpp>

#include <boost/system/result.hpp>

#include <string>
#include <string_view>

namespace rhombus::stomp {

/// @returns the text with `\`, CR, LF and `:` escaped. Spec: STOMP 1.2, Value Encoding.
[[nodiscard]] std::string escape(std::string_view text);

/// @returns the octets meant, or errc::undefined_escape with the offset of the backslash.
[[nodiscard]] boost::system::result<std::string, parse_error> unescape(std::string_view raw);

} // namespace rhombus::stomp
