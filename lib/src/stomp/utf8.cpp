#include <rhombus/utf8.hpp>

#include <cstdint>
#include <simdjson.h>

namespace rhombus {
namespace {

/// The legal range of a second octet, and how many octets follow the first; 0: no legal first.
struct lead {
    std::size_t following = 0;
    std::uint8_t lowest = 0x80;
    std::uint8_t highest = 0xBF;
};

lead lead_of(std::uint8_t first) noexcept {
    if (first >= 0xC2 && first <= 0xDF)
        return {1};
    if (first == 0xE0)
        return {2, 0xA0, 0xBF};
    if (first == 0xED)
        return {2, 0x80, 0x9F};
    if (first >= 0xE1 && first <= 0xEF)
        return {2};
    if (first == 0xF0)
        return {3, 0x90, 0xBF};
    if (first == 0xF4)
        return {3, 0x80, 0x8F};
    if (first >= 0xF1 && first <= 0xF3)
        return {3};
    return {};
}

} // namespace

bool well_formed_utf8(std::string_view octets) noexcept {
    return simdjson::validate_utf8(octets);
}

std::optional<std::size_t> malformed_utf8_at(std::string_view octets) noexcept {
    const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(octets[i]); };
    for (std::size_t i = 0; i < octets.size(); ++i) {
        if (octet(i) < 0x80)
            continue;
        const auto [following, lowest, highest] = lead_of(octet(i));
        if (following == 0 || octets.size() - i <= following)
            return i;
        if (octet(i + 1) < lowest || octet(i + 1) > highest)
            return i;
        for (std::size_t k = 2; k <= following; ++k) {
            if ((octet(i + k) & 0xC0U) != 0x80U)
                return i;
        }
        i += following;
    }
    return std::nullopt;
}

} // namespace rhombus
