#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rhombus::transcript {

/// Where a value stands in a record, as steps from the inside out. Lives on the stack of whoever
/// walks, and becomes text only when somebody is told.
struct place {
    const place* outer = nullptr;
    std::string_view name = {};
    std::size_t index = 0; ///< Of an element; where `name` is empty.
};

/// @returns e.g. `headers.1.0`.
[[nodiscard]] std::string dotted(const place& where);

/// @returns e.g. `/headers/1/0`. Spec: RFC 6901, section 3.
[[nodiscard]] std::string json_pointer(const place& where);

} // namespace rhombus::transcript
