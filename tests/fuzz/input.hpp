#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rhombus::fuzz {

/// A fuzzer's input: octets that choose options in front, the subject behind them.
class input {
public:
    input(const std::uint8_t* data, std::size_t size)
        : rest_{reinterpret_cast<const char*>(data), size} {}

    /// @returns the next octet; 0 behind the last.
    [[nodiscard]] std::uint8_t take_octet() noexcept {
        if (rest_.empty())
            return 0;
        const auto octet = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return octet;
    }
    /// @returns what stands before the next LF, which goes too.
    [[nodiscard]] std::string_view take_line() noexcept {
        const auto line = rest_.substr(0, rest_.find('\n'));
        rest_.remove_prefix(std::min(line.size() + 1, rest_.size()));
        return line;
    }
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

private:
    std::string_view rest_;
};

/// @returns the octets in pieces whose sizes, 1 to 32, follow from the seed: the same for the same
/// seed, and together the octets again.
inline std::vector<std::string_view> cut(std::string_view octets, std::uint8_t seed) {
    constexpr std::uint32_t factor = 1103515245;
    constexpr std::uint32_t increment = 12345;
    std::vector<std::string_view> pieces;
    std::uint32_t state = seed;
    while (!octets.empty()) {
        state = state * factor + increment;
        const auto size = std::min<std::size_t>(1 + (state >> 16U) % 32, octets.size());
        pieces.push_back(octets.substr(0, size));
        octets.remove_prefix(size);
    }
    return pieces;
}

/// @returns the octets one by one.
inline std::vector<std::string_view> single_octets(std::string_view octets) {
    std::vector<std::string_view> pieces;
    for (std::size_t i = 0; i < octets.size(); ++i)
        pieces.push_back(octets.substr(i, 1));
    return pieces;
}

} // namespace rhombus::fuzz
