#include <rhombus/stomp/frame_reader.hpp>

#include <gtest/gtest.h>

namespace rhombus::stomp {
namespace {

using namespace std::string_literals;

const auto octets = "MESSAGE\nfoo:World\nfoo:Hello\n\\cname:a\\nb\nplain:\\no\n\n\xC3\xA9\0"s;

class FrameView : public testing::Test {
protected:
    FrameView() {
        reader.feed(octets);
        EXPECT_EQ(reader.next(), token::frame);
    }
    frame_reader reader{{}};
    const frame_view& view = reader.frame();
};

TEST_F(FrameView, PointsIntoTheCallersOctets) {
    EXPECT_EQ(view.octets().data(), octets.data());
    EXPECT_EQ(view.octets().size(), octets.size());
    EXPECT_EQ(view.command(), "MESSAGE");
    EXPECT_EQ(view.body(), "\xC3\xA9");
    EXPECT_EQ(view.body().data(), octets.data() + octets.size() - 3);
}

TEST_F(FrameView, FindsTheFirstOfRepeatedHeaders) {
    ASSERT_TRUE(view.find("foo"));
    EXPECT_EQ(view.find("foo")->raw(), "World");
    EXPECT_FALSE(view.find("Foo"));
    EXPECT_FALSE(view.find(""));
}

TEST_F(FrameView, UnescapesWhenAsked) {
    const auto value = view.find(":name");
    ASSERT_TRUE(value);
    EXPECT_EQ(value->raw(), "a\\nb");
    EXPECT_TRUE(value->escaped());
    EXPECT_EQ(value->text(), "a\nb");
    EXPECT_TRUE(value->means("a\nb"));
    EXPECT_FALSE(value->means("a\\nb"));
    EXPECT_FALSE(view.find("\\cname"));

    std::string scratch;
    EXPECT_EQ(value->decode(scratch), "a\nb");
    EXPECT_EQ(scratch, "a\nb");
}

TEST_F(FrameView, DecodesPlainTextWithoutACopy) {
    std::string scratch = "untouched";
    const auto decoded = view.header(0).value.decode(scratch);
    EXPECT_EQ(decoded.data(), octets.data() + 12);
    EXPECT_EQ(scratch, "untouched");
}

TEST_F(FrameView, MakesAFrameOfItsOwn) {
    EXPECT_EQ(
        view.to_frame(),
        (stomp::frame{"MESSAGE",
                      {{"foo", "World"}, {"foo", "Hello"}, {":name", "a\nb"}, {"plain", "\no"}},
                      "\xC3\xA9"}));
}

} // namespace
} // namespace rhombus::stomp
