#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rhombus::diagnosis {

/// What is known of one finding code: a data file compiled into the program.
struct knowledge {
    std::string code;  ///< A finding code, a trap `C1` to `C7`, or a family of close codes.
    int exit_code = 0; ///< Belongs to the code, never to the check (diagnosis.md, Exit codes).
    std::string title; ///< The headline, without a full stop.
    std::string explanation;         ///< One to three sentences.
    std::vector<std::string> causes; ///< Likeliest first.
    std::vector<std::string> fixes;  ///< Each one action; commands stand between back quotes.
    std::string guide;               ///< Section of the troubleshooting guide.
};

/// @returns the entry of a code; for a close code without one of its own, the entry of its family
/// (`CLOSE-3xxx`, `CLOSE-4xxx`, `CLOSE`). A code that nothing describes gives the entry `UNKNOWN`.
[[nodiscard]] const knowledge& knowledge_of(std::string_view code);

/// @returns all entries in the order of their files.
[[nodiscard]] const std::vector<knowledge>& all_knowledge();

} // namespace rhombus::diagnosis
