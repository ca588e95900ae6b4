#include "base64.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace rhombus::transcript {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 0xFF;

constexpr std::array<std::uint8_t, 256> make_values() {
    std::array<std::uint8_t, 256> all{};
    all.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        all[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
    return all;
}

constexpr auto values = make_values();

std::uint32_t octet_at(std::string_view octets, std::size_t i) {
    return i < octets.size() ? static_cast<std::uint8_t>(octets[i]) : 0U;
}

std::uint32_t value_of(char digit) noexcept {
    return values[static_cast<std::uint8_t>(digit)];
}

/// @returns how many octets the last four characters stand for: 3 without padding.
std::size_t octets_in_last_group(std::string_view text) {
    if (text.ends_with("=="))
        return 1;
    return text.ends_with('=') ? 2 : 3;
}

} // namespace

char* put_base64(std::string_view octets, char* to) noexcept {
    for (std::size_t i = 0; i < octets.size(); i += 3) {
        const auto group =
            octet_at(octets, i) << 16U | octet_at(octets, i + 1) << 8U | octet_at(octets, i + 2);
        const auto characters = octets.size() - i >= 3 ? 4 : octets.size() - i + 1;
        for (std::size_t k = 0; k < 4; ++k)
            *to++ = k < characters ? alphabet[group >> (18U - 6U * k) & 63U] : '=';
    }
    return to;
}

std::string to_base64(std::string_view octets) {
    std::string text(base64_length(octets.size()), '=');
    put_base64(octets, text.data());
    return text;
}

bool from_base64(std::string_view text, std::string& octets) {
    octets.clear();
    if (text.size() % 4 != 0)
        return false;
    if (text.empty())
        return true;
    const auto padding = 3 - octets_in_last_group(text);
    octets.resize(text.size() / 4 * 3);
    auto* to = octets.data();
    std::uint32_t seen = 0; // bits beyond the sixth: no digit
    for (std::size_t i = 0; i < text.size(); i += 4) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const auto is_padding = i + k >= text.size() - padding;
            const auto value = is_padding ? 0U : value_of(text[i + k]);
            seen |= value;
            group = group << 6U | (value & 63U);
        }
        *to++ = static_cast<char>(group >> 16U);
        *to++ = static_cast<char>(group >> 8U & 0xFFU);
        *to++ = static_cast<char>(group & 0xFFU);
    }
    octets.resize(octets.size() - padding);
    return seen < 64U;
}

} // namespace rhombus::transcript
