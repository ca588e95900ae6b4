#pragma once

#include <cstddef>
#include <cstring>

namespace rhombus::transcript {

inline constexpr std::size_t run_octets = 16;

/// Copies a short run in steps of 16: up to 15 octets beyond it are read and written.
/// @returns where the run ends in `to`.
inline char* copy_run(const char* from, std::size_t octets, char* to) noexcept {
    for (std::size_t done = 0; done < octets; done += run_octets)
        std::memcpy(to + done, from + done, run_octets);
    return to + octets;
}

} // namespace rhombus::transcript
