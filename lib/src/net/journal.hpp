#pragma once

#include <rhombus/transcript/record.hpp>

#include <functional>

namespace rhombus::net {

/// Takes what happens on one connection.
using journal = std::function<void(transcript::origin, transcript::detail)>;

} // namespace rhombus::net
