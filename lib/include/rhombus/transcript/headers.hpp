#pragma once

#include <rhombus/transcript/record.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace rhombus::transcript {

/// HTTP header names and tokens compare without case, in ASCII (RFC 9110 section 5.1).
[[nodiscard]] inline bool same_token(std::string_view left, std::string_view right) noexcept {
    const auto lower = [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    };
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [&](char a, char b) { return lower(a) == lower(b); });
}

/// @returns the value of the first header of that name; nullptr when there is none.
[[nodiscard]] inline const std::string* find_header(const header_list& headers,
                                                    std::string_view name) noexcept {
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [&](const auto& one) { return same_token(one.first, name); });
    return found == headers.end() ? nullptr : &found->second;
}

} // namespace rhombus::transcript
