#pragma once

#include <cstddef>

namespace rhombus::fuzz {

/// What was allocated while it lived, C's malloc included. One at a time.
class allocation_guard {
public:
    allocation_guard();
    ~allocation_guard();
    allocation_guard(const allocation_guard&) = delete;
    allocation_guard& operator=(const allocation_guard&) = delete;

    /// @returns octets of the largest block asked for.
    [[nodiscard]] std::size_t largest() const noexcept;
    /// @returns the most octets held at one time beyond those at its start.
    [[nodiscard]] std::size_t peak() const noexcept;
};

} // namespace rhombus::fuzz
