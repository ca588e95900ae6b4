#include <rhombus/report/escape.hpp>

#include <gtest/gtest.h>

namespace rhombus::report {
namespace {

using namespace std::string_literals;

TEST(Visible, ShowsWhatMovesOrHidesText) {
    EXPECT_EQ(visible("a\n\r\t\0\x1b[2J\x7f"s), R"(a\n\r\t\0\x1B[2J\x7F)");
    EXPECT_EQ(visible("\u202Eevil\u200B\uFEFF\u0085"), R"(\u{202E}evil\u{200B}\u{FEFF}\u{0085})");
}

TEST(Visible, LeavesWellFormedTextAlone) {
    EXPECT_EQ(visible("Tür 1 – “ok” 漢 🚪"), "Tür 1 – “ok” 漢 🚪");
}

TEST(Visible, ShowsIllFormedOctetsOneByOne) {
    EXPECT_EQ(visible("\xC3(\xFF\xED\xA0\x80"), R"(\xC3(\xFF\xED\xA0\x80)");
    EXPECT_EQ(visible("cut \xE2\x82"), R"(cut \xE2\x82)");
}

TEST(Visible, IsBounded) {
    EXPECT_EQ(visible("abcdef", 3), "abc…");
    EXPECT_EQ(visible("abc", 3), "abc");
}

} // namespace
} // namespace rhombus::report
