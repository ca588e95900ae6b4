#pragma once

#include "check.hpp"
#include "examination.hpp"

#include <rhombus/diagnosis/finding.hpp>

#include <functional>
#include <vector>

namespace rhombus::doctor {

/// Hears which check is under way; for a progress display.
using on_check = std::function<void(const check&)>;

/// Carries out the checks in order: collects phase by phase, judges after each phase, skips with
/// `blocked_by` what an earlier failure makes impossible, and sends nothing after a configuration
/// that failed. An interrupt leaves the rest as skipped.
[[nodiscard]] std::vector<diagnosis::check_result> examine(const std::vector<check>& checks,
                                                           examination& run, const on_check& begin);

} // namespace rhombus::doctor
