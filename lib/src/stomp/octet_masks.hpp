#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rhombus::stomp {

/// One look takes in that many octets.
inline constexpr std::size_t block_octets = 64;

/// Which of 64 octets mean something to a header line; bit i is octet i.
struct octet_masks {
    std::uint64_t ends = 0;   ///< LF or NUL.
    std::uint64_t colons = 0; ///< `:`.
    std::uint64_t odd = 0;    ///< NUL, CR, backslash, not ASCII; and controls that mean nothing.
};

/// Looks at `blocks` times 64 octets and writes a mask for each, by the widest instructions that
/// the processor has.
using mask_octets = void (*)(const char* octets, std::size_t blocks, octet_masks* masks);
/// @returns the functions that this processor can run, the widest last.
[[nodiscard]] std::span<const mask_octets> supported_mask_octets() noexcept;
/// @returns the widest.
[[nodiscard]] mask_octets fastest_mask_octets() noexcept;
/// The same octet by octet, for processors without a form of their own, and to test the others.
void mask_octets_one_by_one(const char* octets, std::size_t blocks, octet_masks* masks) noexcept;

} // namespace rhombus::stomp
