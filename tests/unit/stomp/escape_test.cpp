#include <rhombus/stomp/escape.hpp>

#include <gtest/gtest.h>

namespace rhombus::stomp {
namespace {

TEST(Escape, WritesTheFourEscapesOfTheSpecification) {
    EXPECT_EQ(escape("a\\b:c\nd\re"), R"(a\\b\cc\nd\re)");
}

TEST(Escape, LeavesEverythingElseAlone) {
    EXPECT_EQ(escape("\t é\x01"), "\t é\x01");
}

TEST(Unescape, DecodesOnceFromLeftToRight) {
    EXPECT_EQ(*unescape(R"(\\n)"), "\\n");
    EXPECT_EQ(*unescape(R"(\\\c)"), "\\:");
    EXPECT_EQ(*unescape(R"(\c\n\r\\)"), ":\n\r\\");
}

TEST(Unescape, NamesThePlaceOfAnUndefinedEscape) {
    EXPECT_EQ(unescape(R"(ab\t)").error(), (parse_error{errc::undefined_escape, 2}));
    EXPECT_EQ(unescape("abc\\").error(), (parse_error{errc::undefined_escape, 3}));
}

TEST(Unescape, UndoesEscapeForEveryOctet) {
    std::string all;
    for (int octet = 1; octet < 256; ++octet)
        all += static_cast<char>(octet);
    EXPECT_EQ(*unescape(escape(all)), all);
}

} // namespace
} // namespace rhombus::stomp
