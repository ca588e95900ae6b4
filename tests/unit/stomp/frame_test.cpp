#include <rhombus/stomp/frame.hpp>

#include <gtest/gtest.h>

namespace rhombus::stomp {
namespace {

using namespace std::string_literals;

TEST(Serialize, WritesTheGuidesConnectFrame) {
    const frame connect{"CONNECT", {{"accept-version", "1.2"}, {"heart-beat", "10000,10000"}}, {}};
    EXPECT_EQ(*serialize(connect), "CONNECT\naccept-version:1.2\nheart-beat:10000,10000\n\n\0"s);
}

TEST(Serialize, EscapesHeadersExceptInConnect) {
    EXPECT_EQ(*serialize({"SUBSCRIBE", {{"id", "a:b"}}, {}}), "SUBSCRIBE\nid:a\\cb\n\n\0"s);
    EXPECT_EQ(*serialize({"CONNECT", {{"login", "a:b\\c"}}, {}}), "CONNECT\nlogin:a:b\\c\n\n\0"s);
}

TEST(Serialize, CountsTheBodyInOctets) {
    EXPECT_EQ(*serialize({"SEND", {{"destination", "/q"}}, "é\0x"s}),
              "SEND\ndestination:/q\ncontent-length:4\n\n\xC3\xA9\0x\0"s);
}

TEST(Serialize, RefusesWhatCannotBeSaid) {
    const auto fault = [](const frame& subject) { return serialize(subject).error(); };
    EXPECT_EQ(fault({"HELLO", {}, {}}), (parse_error{errc::unknown_command, 0}));
    EXPECT_EQ(fault({"SUBSCRIBE", {}, "x"}), (parse_error{errc::body_not_allowed, 0}));
    EXPECT_EQ(fault({"CONNECT", {{"host", "a"}, {"passcode", "x\ny"}}, {}}),
              (parse_error{errc::unencodable_header, 1}));
    EXPECT_EQ(fault({"CONNECT", {{"a:b", "c"}}, {}}), (parse_error{errc::unencodable_header, 0}));
    EXPECT_EQ(fault({"SUBSCRIBE", {{"id", "a\0"s}}, {}}),
              (parse_error{errc::null_octet_in_headers, 0}));
    EXPECT_EQ(fault({"SUBSCRIBE", {{"", "a"}}, {}}), (parse_error{errc::empty_header_name, 0}));
}

TEST(Frame, FindsTheFirstOfRepeatedHeaders) {
    const frame subject{"MESSAGE", {{"foo", "World"}, {"foo", "Hello"}}, {}};
    EXPECT_EQ(subject.find("foo"), "World");
    EXPECT_EQ(subject.find("bar"), std::nullopt);
}

} // namespace
} // namespace rhombus::stomp
