#include <rhombus/session/retry_after.hpp>

#include <gtest/gtest.h>

#include <string>

namespace rhombus::session {
namespace {

using namespace std::chrono_literals;

// Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110 section 5.6.7.
constexpr std::int64_t example_s = 784'111'777;
constexpr std::int64_t example_ms = example_s * 1000;

TEST(ParseHttpDate, ReadsItsThreeForms) {
    for (const auto* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                             "Sun Nov  6 08:49:37 1994", "Sun Nov 06 08:49:37 1994"})
        EXPECT_EQ(parse_http_date(text, example_ms), example_s) << text;
    EXPECT_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT", 0), 0);
    EXPECT_EQ(parse_http_date("Thu, 29 Feb 2024 23:59:60 GMT", 0), 1'709'251'200);
    EXPECT_EQ(parse_http_date("Fri, 31 Dec 1999 23:59:59 GMT", 0), 946'684'799);
}

TEST(ParseHttpDate, RefusesWhatIsNoDate) {
    for (const auto* text : {"",
                             "Sun",
                             "Sun,",
                             "Sun, ",
                             "soon",
                             "Sun, 06 Nov 1994",
                             "Sun, 06 Nov 1994 08:49:37",
                             "Sun, 06 Nov 1994 08:49:37 GMT ",
                             "Sun, 06 Nov 1994 08:49:37 CET",
                             "Sun, 6 Nov 1994 08:49:37 GMT",
                             "Sun, 06 Nov 94 08:49:37 GMT",
                             "Sun, 06 nov 1994 08:49:37 GMT",
                             "Sun, 06 Nov 1994 24:00:00 GMT",
                             "Sun, 06 Nov 1994 08:60:00 GMT",
                             "Sun, 06 Nov 1994 08:49:61 GMT",
                             "Sun, 31 Nov 1994 08:49:37 GMT",
                             "Sun, 00 Nov 1994 08:49:37 GMT",
                             "Thu, 29 Feb 2023 08:49:37 GMT",
                             "Sun, 06-Nov-94 08:49:37 GMT",
                             "Sunday, 06 Nov 1994 08:49:37 GMT",
                             "Sun Nov 6 08:49:37 1994",
                             "Foo, 06 Nov 1994 08:49:37 GMT",
                             "Someday, 06-Nov-94 08:49:37 GMT",
                             "sun Nov  6 08:49:37 1994",
                             "",
                             "Sun Nov  6 08:49:37 1994 GMT",
                             "Sun Xyz  6 08:49:37 1994"})
        EXPECT_EQ(parse_http_date(text, example_ms), std::nullopt) << text;
}

TEST(ParseHttpDate, TakesATwoDigitYearForTheNearerCentury) {
    const auto year_of = [](const char* text, std::int64_t now_ms) {
        return 1970 + *parse_http_date(text, now_ms) / 31'556'952; // a mean year
    };
    constexpr std::int64_t in_2026 = 1'790'000'000'000;
    EXPECT_EQ(year_of("Sunday, 06-Nov-76 08:49:37 GMT", in_2026), 2076);
    EXPECT_EQ(year_of("Sunday, 06-Nov-77 08:49:37 GMT", in_2026), 1977);
    EXPECT_EQ(year_of("Sunday, 06-Nov-26 08:49:37 GMT", in_2026), 2026);
}

TEST(ParseRetryAfter, ReadsSecondsAndDates) {
    EXPECT_EQ(parse_retry_after("120", example_ms), 120s);
    EXPECT_EQ(parse_retry_after("1", example_ms), 1s);
    EXPECT_EQ(parse_retry_after(" \t120 ", example_ms), 120s);
    EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", example_ms), 60s);
    EXPECT_EQ(parse_retry_after("Sunday, 06-Nov-94 08:50:37 GMT", example_ms), 60s);
    EXPECT_EQ(parse_retry_after("Sun Nov  6 08:50:37 1994", example_ms), 60s);
}

TEST(ParseRetryAfter, WaitsForTheMomentAndNotForItsSecond) {
    EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:38 GMT", example_ms + 1), 999ms);
    EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:38 GMT", example_ms + 999), 1ms);
    EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:38 GMT", example_ms + 1000), std::nullopt);
}

TEST(ParseRetryAfter, F154IgnoresWhatCannotBeUsed) {
    for (const auto* value : {"", " ", "-1", "+1", "0", "000", "soon", "1.5", "1s", "1 2",
                              "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:36 GMT"})
        EXPECT_EQ(parse_retry_after(value, example_ms), std::nullopt) << value;
}

TEST(ParseRetryAfter, BoundsWhatNoServerMeans) {
    for (const auto& value : {std::string{"31536001"}, std::string{"9223372036854775807"},
                              std::string(1000, '9'), std::string{"Fri, 31 Dec 9999 23:59:59 GMT"}})
        EXPECT_EQ(parse_retry_after(value, example_ms), 8760h) << value;
    EXPECT_EQ(parse_retry_after("31535999", example_ms), 31'535'999s);
    EXPECT_EQ(parse_retry_after("31536000", example_ms), 31'536'000s);
}

} // namespace
} // namespace rhombus::session
