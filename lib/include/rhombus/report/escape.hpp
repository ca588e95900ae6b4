#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rhombus::report {

/// @returns the text safe for a terminal: control octets, ill-formed UTF-8, bidirectional overrides
/// and everything else that moves or hides text are shown as `\n`, `\0`, `\xNN` or `\u{NNNN}`; at
/// most `limit` octets of input, then an ellipsis. Requirement R-957.
[[nodiscard]] std::string visible(std::string_view hostile, std::size_t limit = 500);

} // namespace rhombus::report
