#pragma once

#include "command_line.hpp"
#include "progress.hpp"

#include <rhombus/report/doctor_report.hpp>

namespace rhombus::doctor {

/// Colours only on a terminal and without NO_COLOR; Unicode marks only in a UTF-8 locale.
[[nodiscard]] report::text_style style_for(const command_line& given);

[[nodiscard]] progress::place shows_progress(report::detail detail);

} // namespace rhombus::doctor
