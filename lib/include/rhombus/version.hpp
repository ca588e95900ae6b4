#pragma once

#include <string_view>

namespace rhombus {

/// The library's semantic version, `MAJOR.MINOR.PATCH`; what each number promises stands in
/// docs/use-the-library.md. The build reads the version of everything from this line.
inline constexpr std::string_view version = "0.1.0";

} // namespace rhombus
