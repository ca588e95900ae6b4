#include <rhombus/utf8.hpp>

#include <gtest/gtest.h>

#include <string>

namespace rhombus {
namespace {

TEST(WellFormedUtf8, AcceptsEveryLengthAtItsLimits) {
    for (const auto* text :
         {"", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
          "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
        EXPECT_TRUE(well_formed_utf8(text)) << testing::PrintToString(std::string_view{text});
}

TEST(WellFormedUtf8, RefusesOverlongSurrogateTooHighAndCutForms) {
    for (const auto* text : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
                             "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3\x28",
                             "a\xC3", "\xE2\x82", "\xF0\x9F\x98", "\xE2\x28\xA1", "\xE2\x82\x28"})
        EXPECT_FALSE(well_formed_utf8(text)) << testing::PrintToString(std::string_view{text});
}

TEST(MalformedUtf8, IsNamedAtTheFirstOctetOfItsSequence) {
    EXPECT_EQ(malformed_utf8_at(""), std::nullopt);
    EXPECT_EQ(malformed_utf8_at("caf\xC3\xA9"), std::nullopt);
    EXPECT_EQ(malformed_utf8_at("caf\xC3"), 3U);
    EXPECT_EQ(malformed_utf8_at("\xC3\xA9\xE2\x82"), 2U);
    EXPECT_EQ(malformed_utf8_at("ab\x80"), 2U);
    EXPECT_EQ(malformed_utf8_at("\xF0\x9F\x98\x41"), 0U);
}

/// Both ways to look must agree: on every two octets, and on all that may follow three leads.
TEST(MalformedUtf8, IsFoundExactlyWhereTheTextIsNotWellFormed) {
    for (unsigned first = 0; first < 256; ++first) {
        for (unsigned second = 0; second < 256; ++second) {
            for (const std::string tail : {"", "\x80", "\xBF\xBF", "\x80\x80\x80"}) {
                const auto text =
                    std::string{"a"} + static_cast<char>(first) + static_cast<char>(second) + tail;
                ASSERT_EQ(malformed_utf8_at(text).has_value(), !well_formed_utf8(text))
                    << testing::PrintToString(text);
            }
        }
    }
}

} // namespace
} // namespace rhombus
