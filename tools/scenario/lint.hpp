#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace rhombus::scenario {

/// Lets `rhombus-mock lint` check scenario files against their schema.
/// @returns one line a problem, `FILE:LINE: ...`; none when all are good. Throws harness_error
/// where the mock server's program cannot be used.
[[nodiscard]] std::vector<std::string> lint(const std::filesystem::path& mock_program,
                                            const std::vector<std::filesystem::path>& files);

} // namespace rhombus::scenario
