#include <rhombus/diagnosis/finding.hpp>

#include <array>

namespace rhombus::diagnosis {
namespace {

template <class Enum, std::size_t N>
std::string_view word(const std::array<std::string_view, N>& words, Enum value) noexcept {
    return words[static_cast<std::size_t>(value)];
}

} // namespace

std::string_view to_word(status value) noexcept {
    return word(std::array<std::string_view, 5>{"pass", "warn", "fail", "skip", "inconclusive"},
                value);
}
std::string_view to_word(certainty value) noexcept {
    return word(std::array<std::string_view, 4>{"confirmed", "likely", "possible", "inconclusive"},
                value);
}
std::string_view to_word(side value) noexcept {
    return word(std::array<std::string_view, 4>{"client", "server", "network", "config"}, value);
}
std::string_view to_word(grade value) noexcept {
    return word(std::array<std::string_view, 4>{"observed", "derived", "documented", "inferred"},
                value);
}
std::string_view to_word(health value) noexcept {
    return word(std::array<std::string_view, 3>{"healthy", "problem", "inconclusive"}, value);
}

} // namespace rhombus::diagnosis
