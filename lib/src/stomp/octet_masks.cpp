#include "octet_masks.hpp"

#include <array>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace rhombus::stomp {
namespace {

constexpr unsigned char last_low_control = '\r'; ///< NUL, LF and CR are among 0 to 13.

octet_masks mask_one_by_one(const char* octets) noexcept {
    octet_masks found;
    for (std::size_t i = 0; i < block_octets; ++i) {
        const auto octet = static_cast<unsigned char>(octets[i]);
        const auto bit = std::uint64_t{1} << i;
        if (octet == '\n' || octet == '\0')
            found.ends |= bit;
        if (octet == ':')
            found.colons |= bit;
        const bool low = octet <= last_low_control && octet != '\n';
        if (low || octet == '\\' || octet >= 0x80)
            found.odd |= bit;
    }
    return found;
}

} // namespace

void mask_octets_one_by_one(const char* octets, std::size_t blocks, octet_masks* masks) noexcept {
    for (std::size_t i = 0; i < blocks; ++i)
        masks[i] = mask_one_by_one(octets + i * block_octets);
}

#if defined(__x86_64__)

namespace {

octet_masks mask_sse2(const char* octets) noexcept {
    octet_masks found;
    for (unsigned quarter = 0; quarter < 4; ++quarter) {
        const auto* const from = reinterpret_cast<const __m128i*>(octets) + quarter;
        const auto block = _mm_loadu_si128(from);
        const auto equal = [&](char octet) { return _mm_cmpeq_epi8(block, _mm_set1_epi8(octet)); };
        const auto bits = [&](__m128i lanes) {
            return std::uint64_t{static_cast<std::uint16_t>(_mm_movemask_epi8(lanes))}
                   << (16 * quarter);
        };
        const auto lf = bits(equal('\n'));
        const auto low = _mm_cmpeq_epi8(
            _mm_min_epu8(block, _mm_set1_epi8(static_cast<char>(last_low_control))), block);
        found.ends |= lf | bits(equal('\0'));
        found.colons |= bits(equal(':'));
        found.odd |= bits(_mm_or_si128(block, _mm_or_si128(low, equal('\\')))) & ~lf;
    }
    return found;
}

__attribute__((target("avx2"))) octet_masks mask_avx2(const char* octets) noexcept {
    octet_masks found;
    for (unsigned half = 0; half < 2; ++half) {
        const auto* const from = reinterpret_cast<const __m256i*>(octets) + half;
        const auto block = _mm256_loadu_si256(from);
        const auto lf = _mm256_cmpeq_epi8(block, _mm256_set1_epi8('\n'));
        const auto nul = _mm256_cmpeq_epi8(block, _mm256_setzero_si256());
        const auto colon = _mm256_cmpeq_epi8(block, _mm256_set1_epi8(':'));
        const auto backslash = _mm256_cmpeq_epi8(block, _mm256_set1_epi8('\\'));
        const auto bound = _mm256_set1_epi8(static_cast<char>(last_low_control));
        const auto low = _mm256_cmpeq_epi8(_mm256_min_epu8(block, bound), block);
        const auto odd = _mm256_or_si256(block, _mm256_or_si256(low, backslash));
        const auto bits = [&](__m256i lanes) __attribute__((target("avx2"))) {
            return std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(lanes))}
                   << (32 * half);
        };
        found.ends |= bits(_mm256_or_si256(lf, nul));
        found.colons |= bits(colon);
        found.odd |= bits(odd) & ~bits(lf);
    }
    return found;
}

__attribute__((target("avx512bw"))) octet_masks mask_avx512(const char* octets) noexcept {
    const auto block = _mm512_loadu_si512(octets);
    const auto lf = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('\n'));
    octet_masks found;
    found.ends = lf | _mm512_testn_epi8_mask(block, block);
    found.colons = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(':'));
    found.odd = (_mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('\\')) |
                 _mm512_cmple_epu8_mask(block, _mm512_set1_epi8(last_low_control)) |
                 _mm512_movepi8_mask(block)) &
                ~lf;
    return found;
}

void mask_octets_sse2(const char* octets, std::size_t blocks, octet_masks* masks) {
    for (std::size_t i = 0; i < blocks; ++i)
        masks[i] = mask_sse2(octets + i * block_octets);
}

__attribute__((target("avx2"))) void mask_octets_avx2(const char* octets, std::size_t blocks,
                                                      octet_masks* masks) {
    for (std::size_t i = 0; i < blocks; ++i)
        masks[i] = mask_avx2(octets + i * block_octets);
}

__attribute__((target("avx512bw"))) void mask_octets_avx512(const char* octets, std::size_t blocks,
                                                            octet_masks* masks) {
    for (std::size_t i = 0; i < blocks; ++i)
        masks[i] = mask_avx512(octets + i * block_octets);
}

} // namespace

std::span<const mask_octets> supported_mask_octets() noexcept {
    static constexpr std::array all{mask_octets{mask_octets_sse2}, mask_octets{mask_octets_avx2},
                                    mask_octets{mask_octets_avx512}};
    static const auto count = [] {
        __builtin_cpu_init();
        if (!__builtin_cpu_supports("avx2"))
            return 1U;
        return __builtin_cpu_supports("avx512bw") ? 3U : 2U;
    }();
    return std::span{all}.first(count);
}

#else

std::span<const mask_octets> supported_mask_octets() noexcept {
    static constexpr std::array all{mask_octets{mask_octets_one_by_one}};
    return all;
}

#endif

mask_octets fastest_mask_octets() noexcept {
    return supported_mask_octets().back();
}

} // namespace rhombus::stomp
