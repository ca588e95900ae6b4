#include "utf8_cases.hpp"

#include <rhombus/websocket/utf8_check.hpp>

#include <gtest/gtest.h>

namespace rhombus::websocket {
namespace {

using test::utf8_case;

class Utf8Check : public testing::TestWithParam<utf8_case> {};

/// @returns where the text breaks when it comes in these pieces; its size when it ends too early.
std::optional<std::size_t> broken_at(std::string_view text, std::size_t first, std::size_t piece) {
    utf8_check check;
    std::size_t fed = 0;
    for (auto size = first; fed < text.size(); size = piece) {
        const auto part = text.substr(fed, size);
        if (const auto index = check.feed(part))
            return fed + *index;
        fed += part.size();
    }
    return check.complete() ? std::nullopt : std::optional{text.size()};
}

TEST_P(Utf8Check, FindsTheFirstBadOctet) {
    const auto& [name, text, broken] = GetParam();
    EXPECT_EQ(broken_at(text, text.size(), 1), broken);
}

TEST_P(Utf8Check, FindsTheSameWhereverTheTextIsCut) {
    const auto& [name, text, broken] = GetParam();
    EXPECT_EQ(broken_at(text, 1, 1), broken) << "octet by octet";
    for (std::size_t cut = 1; cut <= text.size(); ++cut)
        EXPECT_EQ(broken_at(text, cut, text.size()), broken) << "cut at " << cut;
}

TEST_P(Utf8Check, FindsItBehindALongText) {
    const auto& [name, text, broken] = GetParam();
    const std::string before(1000, 'x');
    const auto expected = broken ? std::optional{*broken + before.size()} : std::nullopt;
    EXPECT_EQ(broken_at(before + text, before.size() + text.size(), 1), expected);
    EXPECT_EQ(broken_at(before + text, 999, 7), expected);
}

INSTANTIATE_TEST_SUITE_P(Autobahn6, Utf8Check, testing::ValuesIn(test::utf8_cases()),
                         [](const auto& row) { return row.param.name; });

} // namespace
} // namespace rhombus::websocket
