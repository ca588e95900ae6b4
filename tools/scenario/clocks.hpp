#pragma once

#include <rhombus/transcript/record.hpp>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

namespace rhombus::scenario {

/// @returns both clocks of this moment; the first is that of the mock server's journal too.
[[nodiscard]] transcript::stamp now();

/// @returns RFC 3339, UTC, milliseconds.
[[nodiscard]] std::string wall_text(std::int64_t wall_ms);

/// Measures how late this host wakes a thread that asked for 10 ms, as long as it lives.
class lag_probe {
public:
    lag_probe();

    /// @returns the longest delay so far.
    [[nodiscard]] std::chrono::nanoseconds longest() const noexcept;

private:
    std::atomic<std::int64_t> longest_ns_{0};
    std::jthread thread_;
};

} // namespace rhombus::scenario
