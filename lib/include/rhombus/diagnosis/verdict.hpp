#pragma once

#include <rhombus/diagnosis/finding.hpp>

#include <span>

namespace rhombus::diagnosis {

/// Names the one cause: the first finding that failed, in the order of the checks; else the first
/// that is inconclusive; else healthy (diagnosis.md, Rules of a verdict, 3). The exit code is that
/// of the code.
[[nodiscard]] verdict conclude(std::span<const check_result> checks);

} // namespace rhombus::diagnosis
