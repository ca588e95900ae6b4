#include "terminal.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unistd.h>

namespace rhombus::doctor {
namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : std::string{value};
}

/// POSIX: LC_ALL over LC_CTYPE over LANG; the first that is set and not empty counts.
bool speaks_utf8() {
    std::string locale;
    for (const auto* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        if (locale.empty())
            locale = variable(name);
    }
    std::transform(locale.begin(), locale.end(), locale.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
}

bool is_terminal(int descriptor) {
    return ::isatty(descriptor) == 1 && variable("TERM") != "dumb";
}

} // namespace

report::text_style style_for(const command_line& given) {
    const bool coloured =
        !given.output && is_terminal(STDOUT_FILENO) && variable("NO_COLOR").empty();
    return {.colour = coloured ? report::colour::ansi : report::colour::none,
            .glyphs = speaks_utf8() ? report::glyphs::unicode : report::glyphs::ascii,
            .detail = given.detail};
}

progress::place shows_progress(report::detail detail) {
    const bool wanted = is_terminal(STDERR_FILENO) && detail != report::detail::quiet;
    return wanted ? progress::place::terminal : progress::place::nowhere;
}

} // namespace rhombus::doctor
