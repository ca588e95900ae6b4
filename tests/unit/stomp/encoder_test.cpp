#include <rhombus/stomp/encoder.hpp>

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
    EXPECT_EQ(fault({"SEND", {{"a", "b"}, {"content-length", "2"}}, "xyz"}),
              (parse_error{errc::bad_content_length, 1}));
    EXPECT_EQ(fault({"SEND", {{"a", "\xC3("}}, {}}),
              (parse_error{errc::header_octets_not_utf8, 0}));
}

TEST(Serialize, TakesTheFirstContentLengthAtItsWord) {
    EXPECT_EQ(*serialize({"SEND", {{"content-length", "1"}, {"content-length", "9"}}, "x"}),
              "SEND\ncontent-length:1\ncontent-length:9\n\nx\0"s);
}

TEST(Encode, AppendsOrLeavesAsItWas) {
    std::string out = "\n";
    EXPECT_EQ(encode_to(out, {"MESSAGE", {{"id", "1"}}, "x"}), std::nullopt);
    EXPECT_EQ(out, "\nMESSAGE\nid:1\ncontent-length:1\n\nx\0"s);
    EXPECT_EQ(encode_to(out, {"MESSAGE", {{"id", "1"}, {"", "2"}}, "x"}),
              (parse_error{errc::empty_header_name, 1}));
    EXPECT_EQ(out, "\nMESSAGE\nid:1\ncontent-length:1\n\nx\0"s);
}

TEST(Encode, SaysWhatTheVersionCanSay) {
    const auto encoded = [](const header& one, version which) {
        std::string out;
        const auto fault = encode_to(out, {"SEND", {one}, {}}, which);
        return fault ? std::string{name_of(fault->code)} : out;
    };
    EXPECT_EQ(encoded({"a", "\r\n:\\"}, version::v1_2), "SEND\na:\\r\\n\\c\\\\\n\n\0"s);
    EXPECT_EQ(encoded({"a", "\n:\\"}, version::v1_1), "SEND\na:\\n\\c\\\\\n\n\0"s);
    EXPECT_EQ(encoded({"a", "\r"}, version::v1_1), "unencodable-header");
    EXPECT_EQ(encoded({"a", "b:\\c"}, version::v1_0), "SEND\na:b:\\c\n\n\0"s);
    EXPECT_EQ(encoded({"a", "\n"}, version::v1_0), "unencodable-header");
    EXPECT_EQ(encoded({"a:b", ""}, version::v1_0), "unencodable-header");
    EXPECT_EQ(encoded({"a", "\xE9"}, version::v1_0), "SEND\na:\xE9\n\n\0"s);
}

TEST(Encode, KnowsTheCommandsOfTheVersion) {
    std::string out;
    EXPECT_EQ(encode_to(out, {"NACK", {}, {}}, version::v1_1), std::nullopt);
    EXPECT_EQ(encode_to(out, {"NACK", {}, {}}, version::v1_0),
              (parse_error{errc::unknown_command, 0}));
    EXPECT_EQ(encode_to(out, {"RECEIPT", {}, "body"}, version::v1_0), std::nullopt);
}

} // namespace
} // namespace rhombus::stomp
