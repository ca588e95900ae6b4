#include "clocks.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace rhombus::scenario {

namespace {

using namespace std::chrono_literals;

std::chrono::nanoseconds monotonic() {
    return std::chrono::steady_clock::now().time_since_epoch();
}

} // namespace

transcript::stamp now() {
    using namespace std::chrono;
    const auto wall = duration_cast<milliseconds>(system_clock::now().time_since_epoch());
    return {monotonic().count(), wall.count()};
}

std::string wall_text(std::int64_t wall_ms) {
    constexpr std::int64_t ms_per_second = 1000;
    const auto seconds = static_cast<std::time_t>(wall_ms / ms_per_second);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds),
                       wall_ms % ms_per_second);
}

lag_probe::lag_probe()
    : thread_{[this](const std::stop_token& stop) {
          constexpr auto asked = 10ms;
          while (!stop.stop_requested()) {
              const auto before = monotonic();
              std::this_thread::sleep_for(asked);
              const auto late = (monotonic() - before - asked).count();
              longest_ns_ = std::max(longest_ns_.load(), late);
          }
      }} {}

std::chrono::nanoseconds lag_probe::longest() const noexcept {
    return std::chrono::nanoseconds{longest_ns_.load()};
}

} // namespace rhombus::scenario
