#include <rhombus/session/retry_after.hpp>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <string>

namespace rhombus::session {
namespace {

using std::chrono::milliseconds;

/// Longer than any server means; keeps the arithmetic far from overflow.
constexpr std::int64_t longest_seconds = 31'536'000;

std::optional<std::int64_t> seconds_of_date(const std::string& text) {
    std::tm parts{};
    const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (end == nullptr || *end != '\0')
        return std::nullopt;
    return static_cast<std::int64_t>(::timegm(&parts));
}

} // namespace

std::optional<milliseconds> parse_retry_after(std::string_view value, std::int64_t wall_ms) {
    std::int64_t seconds = 0;
    const auto* const last = value.data() + value.size();
    const auto [stop, failure] = std::from_chars(value.data(), last, seconds);
    if (failure != std::errc{} || stop != last) {
        const auto date = seconds_of_date(std::string{value});
        if (!date)
            return std::nullopt;
        seconds = *date - wall_ms / 1000;
    }
    if (seconds <= 0)
        return std::nullopt;
    return milliseconds{std::min(seconds, longest_seconds) * 1000};
}

} // namespace rhombus::session
