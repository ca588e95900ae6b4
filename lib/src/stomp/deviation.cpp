#include <rhombus/stomp/deviation.hpp>

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

namespace rhombus::stomp {
namespace {

constexpr std::size_t octets_shown = 8;

std::string shown(std::string_view octets) {
    std::string text;
    for (const char octet : octets) {
        const auto value = static_cast<std::uint8_t>(octet);
        if (value >= 0x20 && value < 0x7F)
            text += octet;
        else
            text += fmt::format("<{:02X}>", value);
    }
    return text;
}

} // namespace

std::string explain(const deviation& what) {
    const auto came = std::string_view{what.excerpt}.substr(what.caret, octets_shown);
    const auto got = came.empty() ? std::string{"nothing more"} : '"' + shown(came) + '"';
    return fmt::format("octet {}: expected {}, got {}", what.offset, expected_by(what.code), got);
}

} // namespace rhombus::stomp
