#include "base64.hpp"

#include <cstddef>
#include <cstdint>

namespace rhombus::transcript {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t octet_at(std::string_view octets, std::size_t i) {
    return i < octets.size() ? static_cast<std::uint8_t>(octets[i]) : 0U;
}

/// @returns how many octets the last four characters stand for: 3 without padding.
std::size_t octets_in_last_group(std::string_view text) {
    if (text.ends_with("=="))
        return 1;
    return text.ends_with('=') ? 2 : 3;
}

} // namespace

std::string to_base64(std::string_view octets) {
    std::string text;
    text.reserve((octets.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < octets.size(); i += 3) {
        const auto group =
            octet_at(octets, i) << 16U | octet_at(octets, i + 1) << 8U | octet_at(octets, i + 2);
        const auto characters = octets.size() - i >= 3 ? 4 : octets.size() - i + 1;
        for (std::size_t k = 0; k < 4; ++k)
            text += k < characters ? alphabet[group >> (18U - 6U * k) & 63U] : '=';
    }
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0)
        return std::nullopt;
    if (text.empty())
        return std::string{};
    const auto last = octets_in_last_group(text);
    const auto characters = text.size() - (3 - last);
    std::string octets;
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto value = i < characters ? alphabet.find(text[i]) : 0;
        if (value == std::string_view::npos)
            return std::nullopt;
        group = group << 6U | static_cast<std::uint32_t>(value);
        if (i % 4 != 3)
            continue;
        const auto whole = i + 1 < text.size() ? 3 : last;
        for (std::size_t k = 0; k < whole; ++k)
            octets += static_cast<char>(group >> (16U - 8U * k) & 0xFFU);
        group = 0;
    }
    return octets;
}

} // namespace rhombus::transcript
