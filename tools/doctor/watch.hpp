#pragma once

#include "command_line.hpp"

namespace rhombus::doctor {

/// Carries out `watch`: connects, subscribes, prints events, reconnects; ends on a signal.
[[nodiscard]] int watch(const command_line& given);

} // namespace rhombus::doctor
