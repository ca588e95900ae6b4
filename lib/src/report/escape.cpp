#include <rhombus/report/escape.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <optional>

namespace rhombus::report {
namespace {

struct code_point {
    char32_t value;
    std::size_t octets;
};

bool is_continuation(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// The code point at the start of the text; nullopt when the octets are not well-formed UTF-8.
std::optional<code_point> first_code_point(std::string_view text) noexcept {
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80)
        return code_point{lead, 1};
    const std::size_t octets = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < octets)
        return std::nullopt;
    char32_t value = lead & (0xFFU >> (octets + 1));
    for (std::size_t i = 1; i < octets; ++i) {
        if (!is_continuation(text[i]))
            return std::nullopt;
        value = (value << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
    }
    constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < smallest[octets] || surrogate || value > 0x10FFFF)
        return std::nullopt;
    return code_point{value, octets};
}

/// Controls, and characters that change the order or visibility of what stands around them.
bool moves_text(char32_t value) noexcept {
    const auto within = [&](char32_t low, char32_t high) { return value >= low && value <= high; };
    return value < 0x20 || within(0x7F, 0x9F) || value == 0x61C || within(0x200B, 0x200F) ||
           within(0x2028, 0x202E) || within(0x2060, 0x206F) || value == 0xFEFF ||
           within(0xFFF9, 0xFFFB) || within(0xE0000, 0xE007F);
}

std::string escaped(char32_t value) {
    switch (value) {
    case U'\n':
        return "\\n";
    case U'\r':
        return "\\r";
    case U'\t':
        return "\\t";
    case U'\0':
        return "\\0";
    default:
        return value < 0x80 ? fmt::format("\\x{:02X}", static_cast<std::uint32_t>(value))
                            : fmt::format("\\u{{{:04X}}}", static_cast<std::uint32_t>(value));
    }
}

} // namespace

std::string visible(std::string_view hostile, std::size_t limit) {
    std::string out;
    std::size_t i = 0;
    while (i < hostile.size() && i < limit) {
        const auto point = first_code_point(hostile.substr(i));
        if (!point)
            out += fmt::format("\\x{:02X}", static_cast<unsigned char>(hostile[i]));
        else if (moves_text(point->value))
            out += escaped(point->value);
        else
            out += hostile.substr(i, point->octets);
        i += point ? point->octets : 1;
    }
    if (i < hostile.size())
        out += "…";
    return out;
}

} // namespace rhombus::report
