#include <rhombus/utf8.hpp>
#include <rhombus/websocket/utf8_check.hpp>

#include <algorithm>

namespace rhombus::websocket {
namespace {

constexpr std::uint8_t first_lead = 0xC2;
constexpr std::size_t longest_character = 4;

/// @returns how many octets at the end belong to a character that may go on behind them; only the
/// first octet of it is looked at.
std::size_t open_end(std::string_view octets) noexcept {
    const auto longest = std::min(longest_character - 1, octets.size());
    for (std::size_t back = 1; back <= longest; ++back) {
        const auto octet = static_cast<std::uint8_t>(octets[octets.size() - back]);
        if (octet < 0x80)
            return 0;
        if (octet >= first_lead) {
            const std::size_t whole = octet >= 0xF0 ? 4 : octet >= 0xE0 ? 3 : 2;
            return whole > back ? back : 0;
        }
    }
    return 0;
}

} // namespace

std::optional<std::size_t> utf8_check::feed(std::string_view octets) noexcept {
    std::size_t i = 0;
    const auto take_to = [&](std::size_t end) {
        while (i < end && take(static_cast<std::uint8_t>(octets[i])))
            ++i;
        return i == end;
    };
    while (following_ > 0 && i < octets.size())
        if (!take_to(i + 1))
            return i;
    const auto closed = octets.size() - open_end(octets.substr(i));
    if (well_formed_utf8(octets.substr(i, closed - i)))
        i = closed;
    return take_to(octets.size()) ? std::nullopt : std::optional{i};
}

// The ranges of RFC 3629 section 4.
bool utf8_check::take(std::uint8_t octet) noexcept {
    if (following_ > 0) {
        const bool legal = octet >= lowest_ && octet <= highest_;
        --following_;
        lowest_ = 0x80;
        highest_ = 0xBF;
        return legal;
    }
    if (octet < 0x80)
        return true;
    if (octet < first_lead || octet > 0xF4)
        return false;
    following_ = octet >= 0xF0 ? 3 : octet >= 0xE0 ? 2 : 1;
    lowest_ = octet == 0xE0 ? 0xA0 : octet == 0xF0 ? 0x90 : 0x80;
    highest_ = octet == 0xED ? 0x9F : octet == 0xF4 ? 0x8F : 0xBF;
    return true;
}

} // namespace rhombus::websocket
