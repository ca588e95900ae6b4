#include <rhombus/net/endpoint.hpp>

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace rhombus::net {
namespace {

struct url {
    std::string name;
    std::string text;
    endpoint expected;
    std::string host_header;
};
void PrintTo(const url& row, std::ostream* out) {
    *out << row.name << ' ' << row.text;
}

class Url : public testing::TestWithParam<url> {};

TEST_P(Url, NamesAnEndpoint) {
    const auto found = parse_url(GetParam().text);
    ASSERT_TRUE(found.has_value()) << found.error();
    EXPECT_EQ(*found, GetParam().expected);
    EXPECT_EQ(authority(*found), GetParam().host_header);
}

INSTANTIATE_TEST_SUITE_P(
    Good, Url,
    testing::Values(
        url{"Rhombus",
            "wss://ws.rhombussystems.com:8443/websocket?x=1",
            {transport::tls, "ws.rhombussystems.com", 8443, "/websocket?x=1"},
            "ws.rhombussystems.com:8443"},
        url{"Bare",
            "https://example.com",
            {transport::tls, "example.com", 443, "/"},
            "example.com"},
        url{"Clear",
            "ws://example.com/",
            {transport::clear, "example.com", 80, "/"},
            "example.com"},
        url{"DefaultPortWritten",
            "HTTP://example.com:80/a",
            {transport::clear, "example.com", 80, "/a"},
            "example.com"},
        url{"OtherSchemesPort",
            "http://example.com:443",
            {transport::clear, "example.com", 443, "/"},
            "example.com:443"},
        url{"QueryWithoutPath", "ws://h?q", {transport::clear, "h", 80, "/?q"}, "h"},
        url{"EmptyPort", "ws://h:/", {transport::clear, "h", 80, "/"}, "h"},
        url{"Ipv4", "wss://127.0.0.1:1", {transport::tls, "127.0.0.1", 1, "/"}, "127.0.0.1:1"},
        url{"Ipv6", "wss://[::1]:65535/x", {transport::tls, "::1", 65535, "/x"}, "[::1]:65535"},
        url{"Ipv6DefaultPort",
            "wss://[2001:db8::1]",
            {transport::tls, "2001:db8::1", 443, "/"},
            "[2001:db8::1]"}),
    [](const auto& row) { return row.param.name; });

struct bad_url {
    std::string name;
    std::string text;
    std::string expected;
};
void PrintTo(const bad_url& row, std::ostream* out) {
    *out << row.name << ' ' << row.text;
}

class BadUrl : public testing::TestWithParam<bad_url> {};

TEST_P(BadUrl, SaysWhatWasExpected) {
    const auto found = parse_url(GetParam().text);
    ASSERT_TRUE(found.has_error());
    EXPECT_EQ(found.error(), GetParam().expected);
}

const std::string scheme = "expected a URL that begins with https://, wss://, http:// or ws://";
const std::string host = "expected a host name or an IP address";
const std::string port = "expected a port from 1 to 65535";
INSTANTIATE_TEST_SUITE_P(
    Bad, BadUrl,
    testing::Values(
        bad_url{"Empty", "", scheme}, bad_url{"NoScheme", "example.com:8443/x", scheme},
        bad_url{"OtherScheme", "ftp://example.com", scheme}, bad_url{"NoHost", "wss://", host},
        bad_url{"NoHostButPort", "wss://:1", host}, bad_url{"HostWithComma", "wss://a,b", host},
        bad_url{"TooLongHost", "wss://" + std::string(254, 'a'), host},
        bad_url{"Space", "wss://a/b c",
                "expected a URL without spaces, control or non-ASCII characters"},
        bad_url{"LineEnd", "wss://a/b\r\nX: y",
                "expected a URL without spaces, control or non-ASCII characters"},
        bad_url{"Fragment", "wss://a/b#c", "expected a URL without a fragment (#)"},
        bad_url{"Password", "wss://u:p@a/", "expected a host without user or password before it"},
        bad_url{"Port0", "wss://a:0", port}, bad_url{"Port65536", "wss://a:65536", port},
        bad_url{"PortWord", "wss://a:b", port}, bad_url{"PortWithSign", "wss://a:+1", port},
        bad_url{"OpenBracket", "wss://[::1", "expected an IPv6 address between [ and ]"},
        bad_url{"NameInBrackets", "wss://[abc]", "expected an IPv6 address between [ and ]"},
        bad_url{"BehindBrackets", "wss://[::1]x", "expected a port after ]"}),
    [](const auto& row) { return row.param.name; });

} // namespace
} // namespace rhombus::net
