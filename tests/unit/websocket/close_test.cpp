#include <rhombus/websocket/close.hpp>

#include <gtest/gtest.h>

namespace rhombus::websocket {
namespace {

TEST(Close, HasACodeAndAReason) {
    EXPECT_EQ(close_code("\x03\xe8"
                         "bye"),
              1000);
    EXPECT_EQ(close_reason("\x03\xe8"
                           "bye"),
              "bye");
}

TEST(Close, MayHaveACodeAlone) {
    EXPECT_EQ(close_code("\x03\xf6"), 1014);
    EXPECT_EQ(close_reason("\x03\xf6"), "");
}

TEST(Close, HasNoCodeBelowTwoOctets) {
    EXPECT_EQ(close_code(""), std::nullopt);
    EXPECT_EQ(close_code("\x03"), std::nullopt);
    EXPECT_EQ(close_reason("\x03"), "");
}

} // namespace
} // namespace rhombus::websocket
