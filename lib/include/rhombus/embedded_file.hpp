#pragma once

#include <span>
#include <string_view>

namespace rhombus {

/// A data file that was compiled into the program.
struct embedded_file {
    std::string_view name; ///< Without folder and ending.
    std::string_view text; ///< Its whole content.
};

} // namespace rhombus
