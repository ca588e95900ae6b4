#include "../../../lib/src/net/accept_key.hpp"
#include "../../../lib/src/net/excerpt.hpp"

#include <rhombus/net/error.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace rhombus::net {
namespace {

TEST(AcceptKey, IsThatOfTheSpecification) { // RFC 6455 section 1.3.
    EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(HandshakeKey, Is16OctetsInBase64AndNewEachTime) {
    const auto key = new_handshake_key();
    EXPECT_EQ(key.size(), 24);
    EXPECT_TRUE(key.ends_with("=="));
    EXPECT_NE(key, new_handshake_key());
}

TEST(Excerpt, EscapesAllThatIsNotVisible) {
    EXPECT_EQ(excerpt(std::string{"a\"\\\r\n\x1b\0\xff", 8}), R"("a\x22\x5c\x0d\x0a\x1b\x00\xff")");
}

TEST(Errors, HaveATextOfTheirOwn) {
    std::set<std::string> texts;
    for (int value = 1; value <= static_cast<int>(errc::request_not_sendable); ++value)
        texts.insert(make_error_code(static_cast<errc>(value)).message());
    EXPECT_EQ(texts.size(), static_cast<std::size_t>(errc::request_not_sendable));
    EXPECT_FALSE(texts.contains("unknown"));
}

} // namespace
} // namespace rhombus::net
