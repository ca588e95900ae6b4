#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// Which of 64 octets mean something in JSON: bit i stands for octet i.
namespace rhombus::transcript {

inline constexpr std::size_t mask_octets = 64;

struct octet_masks {
    std::uint64_t quotes = 0;
    std::uint64_t backslashes = 0;
    std::uint64_t controls = 0; ///< Below 0x20.

    bool operator==(const octet_masks&) const = default;
};

/// The same without instructions of a certain machine.
template <std::size_t Octets = mask_octets>
[[nodiscard]] inline octet_masks portable_masks_of(const char* octets) noexcept {
    octet_masks masks;
    for (std::size_t i = 0; i < Octets; ++i) {
        const auto octet = static_cast<std::uint8_t>(octets[i]);
        masks.quotes |= std::uint64_t{octet == '"'} << i;
        masks.backslashes |= std::uint64_t{octet == '\\'} << i;
        masks.controls |= std::uint64_t{octet < 0x20} << i;
    }
    return masks;
}

/// @param octets as many as that; a multiple of 16, at most 64.
#if defined(__SSE2__)
template <std::size_t Octets = mask_octets>
[[nodiscard]] inline octet_masks masks_of(const char* octets) noexcept {
    constexpr std::size_t width = 16;
    const auto quote = _mm_set1_epi8('"');
    const auto backslash = _mm_set1_epi8('\\');
    const auto last_control = _mm_set1_epi8(0x1F);
    const auto bits = [](__m128i matches, std::size_t at) {
        return static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(matches)))
               << at;
    };
    octet_masks masks;
    for (std::size_t at = 0; at < Octets; at += width) {
        const auto block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(octets + at));
        masks.quotes |= bits(_mm_cmpeq_epi8(block, quote), at);
        masks.backslashes |= bits(_mm_cmpeq_epi8(block, backslash), at);
        masks.controls |= bits(_mm_cmpeq_epi8(_mm_min_epu8(block, last_control), block), at);
    }
    return masks;
}
#else
template <std::size_t Octets = mask_octets>
[[nodiscard]] inline octet_masks masks_of(const char* octets) noexcept {
    return portable_masks_of<Octets>(octets);
}
#endif

/// @returns the first of the mask's bits; the mask is not 0.
[[nodiscard]] inline std::size_t first_of(std::uint64_t mask) noexcept {
    return static_cast<std::size_t>(std::countr_zero(mask));
}

/// @returns a mask of the first `count` octets, fewer than 64.
[[nodiscard]] inline std::uint64_t first_octets(std::size_t count) noexcept {
    return (std::uint64_t{1} << count) - 1;
}

} // namespace rhombus::transcript
