#include <rhombus/session/retry_after.hpp>

#include <gtest/gtest.h>

namespace rhombus::session {
namespace {

using namespace std::chrono_literals;

// Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110 section 5.6.7.
constexpr std::int64_t example_ms = 784'111'777'000;

TEST(ParseRetryAfter, ReadsSecondsAndDates) {
    EXPECT_EQ(parse_retry_after("120", example_ms), 120s);
    EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", example_ms), 60s);
}

TEST(ParseRetryAfter, F154IgnoresWhatCannotBeUsed) {
    for (const auto* value : {"", "-1", "0", "soon", "1.5", "Sun, 06 Nov 1994 08:49:37 GMT"})
        EXPECT_EQ(parse_retry_after(value, example_ms), std::nullopt) << value;
}

TEST(ParseRetryAfter, BoundsWhatNoServerMeans) {
    EXPECT_EQ(parse_retry_after("9223372036854775807", example_ms), 8760h);
}

} // namespace
} // namespace rhombus::session
