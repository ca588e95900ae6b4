#pragma once

#include <rhombus/embedded_file.hpp>

/// The files of lib/src/systems/data/.
namespace rhombus::systems::data {

[[nodiscard]] std::span<const embedded_file> files() noexcept;

} // namespace rhombus::systems::data
