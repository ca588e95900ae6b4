#include <rhombus/stomp/deviation.hpp>

#include <gtest/gtest.h>

namespace rhombus::stomp {
namespace {

using namespace std::string_literals;

TEST(Deviation, SaysWhereWhatWasExpectedAndWhatCame) {
    EXPECT_EQ(explain({errc::missing_null_octet, 128, "{}b\0"s, 2}),
              "octet 128: expected NUL behind the body, got \"b<00>\"");
    EXPECT_EQ(explain({errc::undefined_escape, 12, "ab:c\\t", 4}),
              R"(octet 12: expected an escape: \\, \c, \n or \r, got "\t")");
}

TEST(Deviation, SaysThatNothingCame) {
    EXPECT_EQ(explain({errc::unfinished_frame, 3, "abc", 3}),
              "octet 3: expected the rest of the frame, and NUL, got nothing more");
}

TEST(Deviation, EscapesAndBoundsWhatItShows) {
    EXPECT_EQ(explain({errc::unknown_command, 0, "\x1B[2J\xFF-and-much-more", 0}),
              "octet 0: expected a command of this side, in upper case, got \"<1B>[2J<FF>-an\"");
}

} // namespace
} // namespace rhombus::stomp
