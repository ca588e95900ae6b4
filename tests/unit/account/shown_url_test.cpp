#include <rhombus/account/shown_url.hpp>

#include <gtest/gtest.h>

namespace rhombus::account {
namespace {

TEST(ShownUrl, AnAddressWithoutSecretsIsShownWhole) {
    EXPECT_EQ(shown_url("wss://ws.example.test:8443/websocket"),
              "wss://ws.example.test:8443/websocket");
    EXPECT_EQ(shown_url(""), "");
}

TEST(ShownUrl, UserAndPasswordAreNotShown) {
    EXPECT_EQ(shown_url("https://user:pass@api.example.test/x"), "https://…@api.example.test/x");
    EXPECT_EQ(shown_url("https://user:p/a@ss@api.example.test"), "https://…@api.example.test");
    EXPECT_EQ(shown_url("user:pass@api.example.test"), "…@api.example.test");
}

TEST(ShownUrl, AQueryIsNotShown) {
    EXPECT_EQ(shown_url("wss://ws.example.test/websocket?x-auth-apikey=abc"),
              "wss://ws.example.test/websocket?…");
    EXPECT_EQ(shown_url("https://api.example.test?q=u://a@b"), "https://api.example.test?…");
    EXPECT_EQ(shown_url("https://api.example.test/#abc"), "https://api.example.test/#…");
}

} // namespace
} // namespace rhombus::account
