#pragma once

#include <rhombus/transcript/record.hpp>

#include <span>
#include <vector>

namespace rhombus::scenario {

/// Puts the mock server's journal and the runner's own records in the order of their time, behind
/// one header and before one end; numbers them anew.
[[nodiscard]] std::vector<transcript::record> merge(std::span<const transcript::record> journal,
                                                    std::span<const transcript::record> own);

} // namespace rhombus::scenario
