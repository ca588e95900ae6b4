#include "../../../lib/src/net/response_head.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace rhombus::net {

void PrintTo(const response_head& head, std::ostream* out) {
    *out << head.status;
    for (const auto& [name, value] : head.headers)
        *out << " [" << name << "=" << value << "]";
}

namespace {

struct example {
    std::string name;
    std::string text;
    response_head expected;
};
void PrintTo(const example& row, std::ostream* out) {
    *out << row.name;
}

class Heads : public testing::TestWithParam<example> {};

TEST_P(Heads, AreReadCutAnywhereAndLeaveTheRest) {
    const auto text = GetParam().text + "rest";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        head_reader reader;
        auto found = reader.feed(std::string_view{text}.substr(0, cut));
        std::string rest;
        if (std::holds_alternative<head_reader::incomplete>(found)) {
            found = reader.feed(std::string_view{text}.substr(cut));
            rest = reader.take_rest();
        } else {
            rest = reader.take_rest() + text.substr(cut);
        }
        ASSERT_TRUE(std::holds_alternative<response_head>(found)) << "cut at " << cut;
        EXPECT_EQ(std::get<response_head>(found), GetParam().expected) << "cut at " << cut;
        EXPECT_EQ(rest, "rest") << "cut at " << cut;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Good, Heads,
    testing::Values(
        example{"NoFields", "HTTP/1.1 200 OK\r\n\r\n", {200, {}}},
        example{"NoReason", "HTTP/1.0 404\r\n\r\n", {404, {}}},
        example{"OrderAndRepetition",
                "HTTP/1.1 101 X\r\nb: 1\r\na:2\r\nB:  3 \t\r\n\r\n",
                {101, {{"b", "1"}, {"a", "2"}, {"B", "3"}}}},
        example{
            "BareLineFeeds", "HTTP/1.1 302 Found\nLocation: /x\n\n", {302, {{"Location", "/x"}}}},
        example{"FoldedValue", "HTTP/1.1 200 OK\r\na: 1\r\n  2\r\n\r\n", {200, {{"a", "1 2"}}}},
        example{"EmptyValue", "HTTP/1.1 200 OK\r\na:\r\n\r\n", {200, {{"a", ""}}}}),
    [](const auto& row) { return row.param.name; });

struct bad_example {
    std::string name;
    std::string text;
};
void PrintTo(const bad_example& row, std::ostream* out) {
    *out << row.name;
}

class BadHeads : public testing::TestWithParam<bad_example> {};

TEST_P(BadHeads, AreNotHttp) {
    head_reader reader;
    EXPECT_EQ(std::get<head_reader::trouble>(reader.feed(GetParam().text)),
              head_reader::trouble::not_http);
}

INSTANTIATE_TEST_SUITE_P(Bad, BadHeads,
                         testing::Values(bad_example{"OtherProtocolAtItsFirstOctet", "S"},
                                         bad_example{"Http2", "HTTP/2 200"},
                                         bad_example{"TwoDigits", "HTTP/1.1 20 OK\r\n\r\n"},
                                         bad_example{"InterimOf10", "HTTP/1.0 101 X\r\n\r\n"},
                                         bad_example{"Below100", "HTTP/1.1 099 OK\r\n\r\n"},
                                         bad_example{"FourDigits", "HTTP/1.1 2000 OK\r\n\r\n"},
                                         bad_example{"NoColon", "HTTP/1.1 200 OK\r\nabc\r\n\r\n"},
                                         bad_example{"NoName", "HTTP/1.1 200 OK\r\n: x\r\n\r\n"},
                                         bad_example{"FoldOfNothing",
                                                     "HTTP/1.1 200 OK\r\n x\r\n\r\n"}),
                         [](const auto& row) { return row.param.name; });

std::string head_of(std::size_t octets) {
    std::string text = "HTTP/1.1 200 OK\r\na: ";
    text.append(octets - text.size() - 4, 'x');
    return text + "\r\n\r\n";
}

TEST(HeadReader, TakesAHeadOfExactlyTheLimit) {
    head_reader reader;
    EXPECT_TRUE(std::holds_alternative<response_head>(reader.feed(head_of(head_reader::limit))));
}

TEST(HeadReader, RefusesAHeadAboveTheLimit) {
    head_reader reader;
    EXPECT_EQ(std::get<head_reader::trouble>(reader.feed(head_of(head_reader::limit + 1))),
              head_reader::trouble::too_long);
}

TEST(HeadReader, RefusesAnUnfinishedHeadAboveTheLimit) {
    head_reader reader;
    EXPECT_EQ(std::get<head_reader::trouble>(
                  reader.feed(head_of(head_reader::limit + 9).substr(0, head_reader::limit + 1))),
              head_reader::trouble::too_long);
}

TEST(ResponseHead, FindsWordsInListsWhateverTheirCase) {
    const response_head head{101, {{"connection", "keep-alive, UPGRADE"}, {"Connection", "x"}}};
    EXPECT_TRUE(head.has_word("Connection", "upgrade"));
    EXPECT_TRUE(head.has_word("Connection", "x"));
    EXPECT_FALSE(head.has_word("Connection", "keep"));
}

} // namespace
} // namespace rhombus::net
