#pragma once

#include <rhombus/embedded_file.hpp>

/// The files of lib/src/diagnosis/knowledge/.
namespace rhombus::diagnosis::knowledge_files {

[[nodiscard]] std::span<const embedded_file> files() noexcept;

} // namespace rhombus::diagnosis::knowledge_files
