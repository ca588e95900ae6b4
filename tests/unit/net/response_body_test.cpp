#include "../../../lib/src/net/response_body.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace rhombus::net {
namespace {

struct example {
    std::string name;
    response_head head;
    std::string octets;
    std::string body;
    bool done;
};
void PrintTo(const example& row, std::ostream* out) {
    *out << row.name;
}

class Bodies : public testing::TestWithParam<example> {};

TEST_P(Bodies, AreReadCutAnywhere) {
    const auto& row = GetParam();
    for (std::size_t cut = 0; cut <= row.octets.size(); ++cut) {
        body_reader reader{row.head, 8};
        reader.feed(row.octets.substr(0, cut));
        reader.feed(row.octets.substr(cut));
        EXPECT_EQ(reader.body(), row.body) << "cut at " << cut;
        EXPECT_EQ(reader.done(), row.done) << "cut at " << cut;
    }
}

const transcript::header_list chunked{{"Transfer-Encoding", "chunked"}};
INSTANTIATE_TEST_SUITE_P(
    All, Bodies,
    testing::Values(
        example{"UntilClose", {401, {}}, "abc", "abc", false},
        example{"UpToTheLimit", {401, {}}, "abcdefghi", "abcdefgh", true},
        example{"Length", {401, {{"content-length", "3"}}}, "abcd", "abc", true},
        example{"LengthNotReached", {401, {{"Content-Length", "4"}}}, "abc", "abc", false},
        example{"LengthZero", {401, {{"Content-Length", "0"}}}, "abc", "", true},
        example{"LengthMalformed", {401, {{"Content-Length", "-1"}}}, "abc", "abc", false},
        example{"NoContent", {204, {}}, "abc", "", true},
        example{"Chunks", {401, chunked}, "2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n", "abc", true},
        example{"ChunksNotEnded", {401, chunked}, "2\r\nab\r\n", "ab", false},
        example{"ChunksUpToTheLimit", {401, chunked}, "a\r\nabcdefghij\r\n", "abcdefgh", true},
        example{"ChunkMalformed", {401, chunked}, "2\r\nab\r\nzz\r\nab", "ab", true},
        example{"ChunkSizeTooLarge", {401, chunked}, "ffffffffffffffff\r\nab", "", true},
        example{"ChunkLineEndless", {401, chunked}, std::string(1100, '0'), "", true},
        example{
            "ChunkLineTooLong", {401, chunked}, "1;" + std::string(1100, 'x') + "\r\na", "", true}),
    [](const auto& row) { return row.param.name; });

} // namespace
} // namespace rhombus::net
