#pragma once

#include <cstddef>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace rhombus::linearity {

/// Something done with a text of any size.
struct linear_case {
    std::string name;
    std::size_t least; ///< The smaller of two sizes, in octets or close to it.
    std::function<std::string(std::size_t)> text_of; ///< @returns a text of about that size.
    std::function<void(std::string_view)> work;
};
inline void PrintTo(const linear_case& subject, std::ostream* out) {
    *out << subject.name;
}

/// How much larger the larger size is.
inline constexpr std::size_t times = 64;

[[nodiscard]] std::vector<linear_case> stomp_cases();
[[nodiscard]] std::vector<linear_case> websocket_cases();
/// Transcripts, redaction, escaping, INI files, HTTP heads and bodies.
[[nodiscard]] std::vector<linear_case> text_cases();

/// @returns the part as often as it fits into the size, at least once.
[[nodiscard]] std::string repeated(std::string_view part, std::size_t size);

/// Hands the octets on in pieces of so many.
void in_pieces(std::string_view octets, std::size_t size,
               const std::function<void(std::string_view)>& take);

} // namespace rhombus::linearity
