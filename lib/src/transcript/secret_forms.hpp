#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rhombus::transcript {

/// Shorter text matches by chance.
inline constexpr std::size_t shortest_secret = 4;

/// One way in which a secret may stand in a text.
struct secret_form {
    std::string text = {};
    std::string_view kind = {}; ///< `raw`, `json`, `base64`, `percent` or `hex`.
    std::size_t owner = 0;      ///< Which secret.
};

/// @returns every form of the value that has at least 4 octets, each once: raw, escaped in JSON,
/// percent-encoded, hexadecimal, base64 of both alphabets, whole and as it stands at each alignment
/// inside of longer base64.
[[nodiscard]] std::vector<secret_form> forms_of(std::string_view value, std::size_t owner);

} // namespace rhombus::transcript
