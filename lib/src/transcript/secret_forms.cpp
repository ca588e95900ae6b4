#include "secret_forms.hpp"

#include "base64.hpp"
#include "json_escape.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace rhombus::transcript {

namespace {

enum class letter_case : std::uint8_t { lower, upper };

std::string hexadecimal(std::string_view octets, letter_case letters) {
    const std::string_view digits =
        letters == letter_case::lower ? "0123456789abcdef" : "0123456789ABCDEF";
    std::string text;
    for (const auto octet : octets) {
        const auto value = static_cast<std::uint8_t>(octet);
        text += digits[value >> 4U];
        text += digits[value & 0xFU];
    }
    return text;
}

bool unreserved(char octet) {
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
           (octet >= '0' && octet <= '9') ||
           std::string_view{"-._~"}.find(octet) != std::string_view::npos;
}

/// Spec: RFC 3986, section 2.1.
std::string percent_encoded(std::string_view octets, letter_case letters) {
    std::string text;
    for (const auto octet : octets) {
        if (unreserved(octet))
            text += octet;
        else
            text += '%' + hexadecimal({&octet, 1}, letters);
    }
    return text;
}

/// @returns the characters of base64 text that depend on the value alone, wherever it stands in a
/// longer text: `before` octets precede it in its group of three.
std::string base64_core(std::string_view value, std::size_t before) {
    const auto text = to_base64(std::string(before, '\0') + std::string{value});
    constexpr std::array<std::size_t, 3> shared_at_front{0, 2, 3};
    constexpr std::array<std::size_t, 3> shared_at_back{0, 3, 2}; // with the padding
    const auto front = shared_at_front.at(before);
    const auto back = shared_at_back.at((before + value.size()) % 3);
    return front + back < text.size() ? text.substr(front, text.size() - front - back) : "";
}

std::string url_alphabet(std::string text) {
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

} // namespace

std::vector<secret_form> forms_of(std::string_view value, std::size_t owner) {
    std::vector<secret_form> forms;
    const auto add = [&](std::string text, std::string_view kind) {
        const auto known = [&](const secret_form& present) { return present.text == text; };
        if (text.size() >= shortest_secret && std::none_of(forms.begin(), forms.end(), known))
            forms.push_back({std::move(text), kind, owner});
    };
    add(std::string{value}, "raw");
    add(json_escaped(value), "json");
    add(to_base64(value), "base64");
    add(url_alphabet(to_base64(value)), "base64");
    for (std::size_t before = 0; before < 3; ++before) {
        add(base64_core(value, before), "base64");
        add(url_alphabet(base64_core(value, before)), "base64");
    }
    for (const auto letters : {letter_case::lower, letter_case::upper}) {
        add(percent_encoded(value, letters), "percent");
        add(hexadecimal(value, letters), "hex");
    }
    return forms;
}

} // namespace rhombus::transcript
