#include <rhombus/stomp/frame.hpp>

#include <gtest/gtest.h>

namespace rhombus::stomp {
namespace {

TEST(Frame, FindsTheFirstOfRepeatedHeaders) {
    const frame subject{"MESSAGE", {{"foo", "World"}, {"foo", "Hello"}}, {}};
    EXPECT_EQ(subject.find("foo"), "World");
    EXPECT_EQ(subject.find("bar"), std::nullopt);
}

} // namespace
} // namespace rhombus::stomp
