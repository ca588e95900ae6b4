#include <gtest/gtest.h>

#include <ostream>
#include <scenario/window.hpp>

namespace rhombus::scenario {
namespace {

using namespace std::chrono_literals;

struct window_row {
    const char* name;
    const char* text;
    std::optional<window> expected;
};
void PrintTo(const window_row& row, std::ostream* out) {
    *out << row.text;
}
class Window : public testing::TestWithParam<window_row> {};

TEST_P(Window, IsReadAsItIsWritten) {
    EXPECT_EQ(parse_window(GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, Window,
    testing::Values(window_row{"Seconds", "10s", window{10s, 0, 0}},
                    window_row{"Milliseconds", "250ms", window{250ms, 0, 0}},
                    window_row{"Minutes", "2m", window{2min, 0, 0}},
                    window_row{"Fraction", "1.5s", window{1500ms, 0, 0}},
                    window_row{"Interval", "hb.server", window{0s, 1, 0}},
                    window_row{"Multiple", "3.5 * hb.client", window{0s, 0, 3.5}},
                    window_row{"Sum", "7 * hb.server + 60s", window{60s, 7, 0}},
                    window_row{"NoUnit", "10", std::nullopt},
                    window_row{"OtherUnit", "10 days", std::nullopt},
                    window_row{"Negative", "-1s", std::nullopt},
                    window_row{"OtherInterval", "2 * hb.both", std::nullopt},
                    window_row{"Empty", "", std::nullopt},
                    window_row{"LonePlus", "1s +", std::nullopt},
                    window_row{"Longest", "720h", window{720h, 0, 0}},
                    window_row{"AboveTheLongest", "720h + 1ms", std::nullopt},
                    window_row{"AboveEveryNumber", "99999999999999999999h", std::nullopt},
                    window_row{"MostIntervals", "1000 * hb.server", window{0s, 1000, 0}},
                    window_row{"TooManyIntervals", "1000 * hb.client + hb.client", std::nullopt}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(Window, LengthFollowsThePlan) {
    const auto read = *parse_window("2 * hb.server + hb.client + 1s");
    EXPECT_EQ(length_of(read, {10s, 20s}), 51s);
}

TEST(Window, HasNoLengthWhereItsIntervalWasNotAgreed) {
    EXPECT_EQ(length_of(*parse_window("2 * hb.server"), {10s, 0s}), std::nullopt);
    EXPECT_EQ(length_of(*parse_window("2s"), {0s, 0s}), 2s);
}

} // namespace
} // namespace rhombus::scenario
