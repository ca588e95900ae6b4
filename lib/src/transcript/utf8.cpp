#include <rhombus/transcript/utf8.hpp>

#include <cstddef>
#include <cstdint>

namespace rhombus::transcript {

namespace {

struct octet_range {
    std::uint8_t low;
    std::uint8_t high;
};

/// What a lead octet promises: how many octets follow, and which the first of them may be.
struct sequence {
    std::size_t continuation = 0;
    octet_range second{0x80, 0xBF};
    bool legal = true;
};

sequence sequence_after(std::uint8_t lead) noexcept {
    if (lead < 0x80)
        return {};
    if (lead >= 0xC2 && lead <= 0xDF)
        return {1};
    if (lead == 0xE0)
        return {2, {0xA0, 0xBF}};
    if (lead == 0xED)
        return {2, {0x80, 0x9F}}; // surrogates are no characters
    if (lead >= 0xE1 && lead <= 0xEF)
        return {2};
    if (lead == 0xF0)
        return {3, {0x90, 0xBF}};
    if (lead >= 0xF1 && lead <= 0xF3)
        return {3};
    if (lead == 0xF4)
        return {3, {0x80, 0x8F}};
    return {.legal = false};
}

} // namespace

bool well_formed_utf8(std::string_view octets) noexcept {
    const auto octet_at = [&](std::size_t i) { return static_cast<std::uint8_t>(octets[i]); };
    for (std::size_t i = 0; i < octets.size();) {
        const auto expected = sequence_after(octet_at(i));
        if (!expected.legal || octets.size() - i <= expected.continuation)
            return false;
        for (std::size_t k = 1; k <= expected.continuation; ++k) {
            const auto range = k == 1 ? expected.second : octet_range{0x80, 0xBF};
            if (octet_at(i + k) < range.low || octet_at(i + k) > range.high)
                return false;
        }
        i += expected.continuation + 1;
    }
    return true;
}

} // namespace rhombus::transcript
