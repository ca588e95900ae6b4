#include "explain.hpp"

#include "complaint.hpp"

#include <rhombus/diagnosis/knowledge.hpp>
#include <rhombus/report/escape.hpp>

#include <fmt/format.h>

#include <cstdio>

namespace rhombus::doctor {

int explain(std::string_view code) {
    const auto& entry = diagnosis::knowledge_of(code);
    if (entry.code == "UNKNOWN" && code != "UNKNOWN") {
        return complain(fmt::format("explain {}: no such code; expected one such as AUTH-SPLIT",
                                    report::visible(code, 60)));
    }
    fmt::print("{}: {}\n\n{}\n", code, entry.title, entry.explanation);
    const auto list = [](std::string_view title, const std::vector<std::string>& lines) {
        if (!lines.empty())
            fmt::print("\n{}\n", title);
        for (const auto& line : lines)
            fmt::print("  - {}\n", line);
    };
    list("Causes", entry.causes);
    list("What to do", entry.fixes);
    fmt::print("\nGuide: {}\nExit code: {}\n", entry.guide, entry.exit_code);
    return 0;
}

} // namespace rhombus::doctor
