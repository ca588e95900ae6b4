#include "wire.hpp"

#include <rhombus/websocket/frame_decoder.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace rhombus::websocket {

void PrintTo(const decoded_frame& frame, std::ostream* out) {
    *out << "frame of opcode " << int{frame.opcode} << " at " << frame.offset << ", "
         << frame.payload.size() << " octets";
}

namespace {

using test::octets;
using test::wire;
using namespace std::string_literals;

/// What a decoder made of a stream.
struct reading {
    std::vector<decoded_frame> frames{};
    std::optional<errc> broken{};
    std::uint64_t offset = 0; ///< Of the wrong octet.
    std::uint64_t frame = 0;  ///< Of its frame.
    std::uint64_t unfinished = 0;

    bool operator==(const reading&) const = default;
};
void PrintTo(const reading& what, std::ostream* out) {
    *out << testing::PrintToString(what.frames);
    if (what.broken)
        *out << ", then " << name_of(*what.broken) << " at " << what.offset << " in the frame at "
             << what.frame;
    *out << ", " << what.unfinished << " octets unfinished";
}

/// @param piece how many octets are fed at a time, the first time `first`.
reading read(const decoder_options& options, std::string_view stream, std::size_t first,
             std::size_t piece) {
    frame_decoder decoder{options};
    reading found;
    for (auto size = first; !stream.empty() || size == first; size = piece) {
        // A copy, so that a view which outlives its octets is seen by the sanitizers.
        const std::string octets{stream.substr(0, size)};
        stream.remove_prefix(octets.size());
        decoder.feed(octets);
        while (decoder.next() == frame_token::frame)
            found.frames.push_back(decoder.frame().to_frame());
        if (stream.empty())
            break;
    }
    found.unfinished = decoder.unfinished();
    if (decoder.broken()) {
        found.broken = decoder.violation().code;
        found.offset = decoder.violation().offset;
        found.frame = decoder.violation().frame;
    }
    return found;
}

reading read_whole(const decoder_options& options, std::string_view stream) {
    return read(options, stream, stream.size(), 1);
}

constexpr decoder_options from_server{};
constexpr decoder_options from_client{.side = sender::client};
constexpr decoder_options deflating{.extension = extension_in_use::permessage_deflate};

/// A frame at this offset.
decoded_frame at(std::uint64_t offset, std::uint8_t opcode, std::string payload) {
    return {.opcode = opcode, .payload = std::move(payload), .offset = offset};
}
decoded_frame masked(decoded_frame subject) {
    subject.mask = test::key;
    return subject;
}
decoded_frame not_final(decoded_frame subject) {
    subject.fin = false;
    return subject;
}

struct example {
    std::string name;
    decoder_options options;
    std::string stream;
    reading expected;
};
void PrintTo(const example& row, std::ostream* out) {
    *out << row.name;
}

class Streams : public testing::TestWithParam<example> {};

TEST_P(Streams, AreReadWhole) {
    const auto& [name, options, stream, expected] = GetParam();
    EXPECT_EQ(read_whole(options, stream), expected);
}

TEST_P(Streams, AreReadOctetByOctet) {
    const auto& [name, options, stream, expected] = GetParam();
    EXPECT_EQ(read(options, stream, 1, 1), expected);
}

TEST_P(Streams, AreReadInTwoPiecesCutAnywhere) {
    const auto& [name, options, stream, expected] = GetParam();
    // A long payload is cut where the lengths and the ends are.
    for (std::size_t cut = 0; cut <= stream.size();
         cut += cut > 20 && cut + 20 < stream.size() ? 97 : 1)
        EXPECT_EQ(read(options, stream, cut, stream.size()), expected) << "cut at " << cut;
}

std::string name_of_row(const testing::TestParamInfo<example>& row) {
    return row.param.name;
}

// Spec: RFC 6455 section 5.7.
const std::string masked_hello =
    octets({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58});

INSTANTIATE_TEST_SUITE_P(
    Rfc6455, Streams,
    testing::Values(
        example{"UnmaskedText",
                from_server,
                octets({0x81, 5, 'H', 'e', 'l', 'l', 'o'}),
                {{at(0, 1, "Hello")}}},
        example{"MaskedText", from_client, masked_hello, {{masked(at(0, 1, "Hello"))}}},
        example{"Fragments",
                from_server,
                octets({0x01, 3, 'H', 'e', 'l', 0x80, 2, 'l', 'o'}),
                {{not_final(at(0, 1, "Hel")), at(5, 0, "lo")}}},
        example{
            "Ping", from_server, octets({0x89, 5, 'H', 'e', 'l', 'l', 'o'}), {{at(0, 9, "Hello")}}},
        example{"Length126",
                from_server,
                octets({0x82, 126, 1, 0}) + std::string(256, 'x'),
                {{at(0, 2, std::string(256, 'x'))}}},
        example{"Length127",
                from_server,
                octets({0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}) + std::string(65536, 'x'),
                {{at(0, 2, std::string(65536, 'x'))}}},
        example{"Nothing", from_server, "", {}},
        example{"HalfAHead", from_server, octets({0x81, 126, 1}), {.unfinished = 3}},
        example{"HalfAPayload", from_client, masked_hello.substr(0, 8), {.unfinished = 8}}),
    name_of_row);

/// The cases of the Autobahn test suite that octets alone decide.
example sized(std::size_t size, sender side, std::uint8_t code) {
    const std::string payload(size, '*');
    const auto frame = at(0, code, payload);
    return {(code == opcode::text ? "Text" : "Binary") + std::to_string(size) +
                (side == sender::client ? "Masked" : "Unmasked"),
            {.side = side},
            wire(0x80 | code, payload, side),
            {{side == sender::client ? masked(frame) : frame}}};
}

std::vector<example> sizes() {
    std::vector<example> rows;
    for (const std::size_t size : {0, 1, 7, 8, 9, 125, 126, 127, 128, 65535, 65536})
        for (const auto side : {sender::client, sender::server})
            for (const auto code : {opcode::text, opcode::binary})
                rows.push_back(sized(size, side, code));
    return rows;
}
INSTANTIATE_TEST_SUITE_P(Autobahn1, Streams, testing::ValuesIn(sizes()), name_of_row);

INSTANTIATE_TEST_SUITE_P(Autobahn2, Streams,
                         testing::Values(example{"PingEmpty",
                                                 from_client,
                                                 wire(0x89, "", sender::client),
                                                 {{masked(at(0, 9, ""))}}},
                                         example{"PingBinary",
                                                 from_server,
                                                 wire(0x89, "\x00\xff\xfe\xfd"s),
                                                 {{at(0, 9, "\x00\xff\xfe\xfd"s)}}},
                                         example{"Ping125",
                                                 from_server,
                                                 wire(0x89, std::string(125, '\xfe')),
                                                 {{at(0, 9, std::string(125, '\xfe'))}}},
                                         example{"Ping126",
                                                 from_server,
                                                 wire(0x89, std::string(126, '\xfe')),
                                                 {.broken = errc::long_control_frame, .offset = 1}},
                                         example{"PongUnsolicited",
                                                 from_server,
                                                 wire(0x8a, "x") + wire(0x89, "y"),
                                                 {{at(0, 10, "x"), at(3, 9, "y")}}}),
                         name_of_row);

INSTANTIATE_TEST_SUITE_P(
    Autobahn3, Streams,
    testing::Values(
        example{"Rsv3", from_server, wire(0x91, "x"), {.broken = errc::reserved_bits}},
        example{"Rsv2BehindAText",
                from_server,
                wire(0x81, "x") + wire(0xa1, "y"),
                {{at(0, 1, "x")}, errc::reserved_bits, 3, 3}},
        example{"Rsv1OnAText", from_server, wire(0xc1, "x"), {.broken = errc::reserved_bits}},
        example{"Rsv1OnAClientsText",
                from_client,
                wire(0xc1, "x", sender::client),
                {.broken = errc::reserved_bits}},
        example{"Rsv123OnAPing", from_server, wire(0xf9, "x"), {.broken = errc::reserved_bits}},
        example{"Rsv1OnAClose", from_server, wire(0xc8, ""), {.broken = errc::reserved_bits}}),
    name_of_row);

std::vector<example> reserved_opcodes() {
    std::vector<example> rows;
    for (const auto opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
        for (const auto side : {sender::client, sender::server})
            rows.push_back({"Opcode" + std::to_string(opcode) +
                                (side == sender::client ? "Masked" : "Unmasked"),
                            {.side = side},
                            wire(0x80 | opcode, "x", side),
                            {.broken = errc::unknown_opcode}});
    return rows;
}
INSTANTIATE_TEST_SUITE_P(Autobahn4, Streams, testing::ValuesIn(reserved_opcodes()), name_of_row);

INSTANTIATE_TEST_SUITE_P(
    Autobahn5, Streams,
    testing::Values(
        example{"FragmentedPing",
                from_server,
                wire(0x09, "x") + wire(0x80, "y"),
                {.broken = errc::fragmented_control_frame}},
        example{"FragmentedPong",
                from_server,
                wire(0x0a, ""),
                {.broken = errc::fragmented_control_frame}},
        example{"FragmentedClose",
                from_server,
                wire(0x08, ""),
                {.broken = errc::fragmented_control_frame}},
        example{"PingBetweenFragments",
                from_server,
                wire(0x01, "a") + wire(0x89, "") + wire(0x80, "b"),
                {{not_final(at(0, 1, "a")), at(3, 9, ""), at(5, 0, "b")}}},
        example{"ContinuationOfNothing",
                from_server,
                wire(0x80, ""),
                {.broken = errc::continuation_without_start}},
        example{"ContinuationBehindAMessage",
                from_server,
                wire(0x81, "a") + wire(0x00, "b"),
                {{at(0, 1, "a")}, errc::continuation_without_start, 3, 3}},
        example{"TextInsideAMessage",
                from_server,
                wire(0x01, "a") + wire(0x81, "b"),
                {{not_final(at(0, 1, "a"))}, errc::message_inside_message, 3, 3}},
        example{"BinaryInsideAMessageBehindAPing",
                from_server,
                wire(0x01, "a") + wire(0x89, "") + wire(0x02, "b"),
                {{not_final(at(0, 1, "a")), at(3, 9, "")}, errc::message_inside_message, 5, 5}},
        example{"EmptyFragments",
                from_server,
                wire(0x01, "") + wire(0x00, "") + wire(0x80, ""),
                {{not_final(at(0, 1, "")), not_final(at(2, 0, "")), at(4, 0, "")}}}),
    name_of_row);

example close_code_of(int code, std::optional<errc> broken) {
    const auto payload = test::big_endian(static_cast<std::uint64_t>(code), 2);
    reading expected{.frames = {at(0, 8, payload)}};
    if (broken)
        expected = {.broken = broken, .offset = 2};
    return {"Code" + std::to_string(code), from_server, wire(0x88, payload), expected};
}

std::vector<example> close_codes() {
    std::vector<example> rows;
    for (const auto code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
                            3000, 3999, 4000, 4999})
        rows.push_back(close_code_of(code, std::nullopt));
    for (const auto code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
        rows.push_back(close_code_of(code, errc::close_code_not_sendable));
    return rows;
}
INSTANTIATE_TEST_SUITE_P(Autobahn7Codes, Streams, testing::ValuesIn(close_codes()), name_of_row);

INSTANTIATE_TEST_SUITE_P(
    Autobahn7, Streams,
    testing::Values(example{"EmptyClose", from_server, wire(0x88, ""), {{at(0, 8, "")}}},
                    example{"CloseOfOneOctet",
                            from_server,
                            wire(0x88, "\x03"),
                            {.broken = errc::one_octet_close, .offset = 2}},
                    example{"MaskedCloseOfOneOctet",
                            from_client,
                            wire(0x88, "\x03", sender::client),
                            {.broken = errc::one_octet_close, .offset = 6}},
                    example{"MaskedCloseWithReason",
                            from_client,
                            wire(0x88,
                                 "\x03\xe8"
                                 "bye",
                                 sender::client),
                            {{masked(at(0, 8,
                                        "\x03\xe8"
                                        "bye"))}}},
                    example{"LongestReason",
                            from_server,
                            wire(0x88, "\x03\xe8" + std::string(123, 'x')),
                            {{at(0, 8, "\x03\xe8" + std::string(123, 'x'))}}},
                    example{"ReasonTooLong",
                            from_server,
                            wire(0x88, "\x03\xe8" + std::string(124, 'x')),
                            {.broken = errc::long_control_frame, .offset = 1}},
                    example{"PingBehindAClose",
                            from_server,
                            wire(0x88, "") + wire(0x89, ""),
                            {{at(0, 8, ""), at(2, 9, "")}}}),
    name_of_row);

INSTANTIATE_TEST_SUITE_P(
    Heads, Streams,
    testing::Values(example{"MaskedByServer",
                            from_server,
                            masked_hello,
                            {.broken = errc::masked_by_server, .offset = 1}},
                    example{"UnmaskedByClient",
                            from_client,
                            wire(0x81, "x"),
                            {.broken = errc::unmasked_by_client, .offset = 1}},
                    example{"Length126For125",
                            from_server,
                            octets({0x81, 126, 0, 125}),
                            {.broken = errc::length_not_minimal, .offset = 1}},
                    example{"Length127For65535",
                            from_server,
                            octets({0x81, 127, 0, 0, 0, 0, 0, 0, 0xff, 0xff}),
                            {.broken = errc::length_not_minimal, .offset = 1}},
                    example{"HighestBit",
                            from_server,
                            octets({0x81, 127, 0x80, 0, 0, 0, 0, 0, 0, 0}),
                            {.broken = errc::length_out_of_range, .offset = 2}},
                    example{"HighestBitOfAClient",
                            from_client,
                            octets({0x81, 255, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}),
                            {.broken = errc::length_out_of_range, .offset = 2}},
                    example{"AboveTheLimit",
                            from_server,
                            octets({0x82, 127, 0, 0, 0, 0, 1, 0, 0, 1}),
                            {.broken = errc::frame_too_long, .offset = 1}},
                    example{"AtTheLimit",
                            decoder_options{.payload_limit = 5},
                            wire(0x81, "Hello"),
                            {{at(0, 1, "Hello")}}},
                    example{"OneAboveTheLimit",
                            decoder_options{.payload_limit = 4},
                            wire(0x81, "Hello"),
                            {.broken = errc::frame_too_long, .offset = 1}}),
    name_of_row);

decoded_frame compressed(decoded_frame subject) {
    subject.rsv = 4;
    return subject;
}

INSTANTIATE_TEST_SUITE_P(
    PermessageDeflate, Streams,
    testing::Values(
        example{"Rsv1OnAText", deflating, wire(0xc1, "x"), {{compressed(at(0, 1, "x"))}}},
        example{"Rsv1OnTheFirstFragment",
                deflating,
                wire(0x42, "x") + wire(0x80, "y"),
                {{compressed(not_final(at(0, 2, "x"))), at(3, 0, "y")}}},
        example{"Rsv1OnAContinuation",
                deflating,
                wire(0x42, "x") + wire(0xc0, "y"),
                {{compressed(not_final(at(0, 2, "x")))}, errc::compressed_continuation, 3, 3}},
        example{
            "Rsv1OnAPing", deflating, wire(0xc9, ""), {.broken = errc::compressed_control_frame}},
        example{"Rsv12", deflating, wire(0xe1, ""), {.broken = errc::reserved_bits}},
        example{"Rsv3", deflating, wire(0x91, ""), {.broken = errc::reserved_bits}}),
    name_of_row);

TEST(FrameDecoder, GivesAViewOfAnUnmaskedFrameThatComesWhole) {
    const auto stream = wire(0x81, "Hello") + wire(0x82, "bytes");
    frame_decoder decoder{from_server};
    decoder.feed(stream);
    ASSERT_EQ(decoder.next(), frame_token::frame);
    EXPECT_EQ(static_cast<const void*>(decoder.frame().payload.data()), stream.data() + 2);
    ASSERT_EQ(decoder.next(), frame_token::frame);
    EXPECT_EQ(static_cast<const void*>(decoder.frame().payload.data()), stream.data() + 9);
}

TEST(FrameDecoder, GivesAViewOfAPayloadWhoseHeadCameBefore) {
    const auto stream = wire(0x81, "Hello");
    frame_decoder decoder{from_server};
    decoder.feed(std::string_view{stream}.substr(0, 1));
    ASSERT_EQ(decoder.next(), frame_token::need_more);
    decoder.feed(std::string_view{stream}.substr(1));
    ASSERT_EQ(decoder.next(), frame_token::frame);
    EXPECT_EQ(static_cast<const void*>(decoder.frame().payload.data()), stream.data() + 2);
}

TEST(FrameDecoder, LeavesTheOctetsFedAsTheyAre) {
    const auto stream = masked_hello;
    frame_decoder decoder{from_client};
    decoder.feed(stream);
    ASSERT_EQ(decoder.next(), frame_token::frame);
    EXPECT_EQ(stream, masked_hello);
    EXPECT_EQ(decoder.frame().payload, "Hello");
}

TEST(FrameDecoder, KeepsToItsAnswerAfterAViolation) {
    const auto broken = wire(0xc1, "");
    const auto hello = wire(0x81, "Hello");
    frame_decoder decoder{from_server};
    decoder.feed(broken);
    EXPECT_EQ(decoder.next(), frame_token::violation);
    decoder.feed(hello);
    EXPECT_EQ(decoder.next(), frame_token::violation);
    EXPECT_EQ(decoder.ignored(), 7U);
}

TEST(FrameDecoder, BoundsTheExcerptOfAViolation) {
    frame_decoder decoder{from_server};
    const auto stream = octets({0xc1}) + std::string(9999, 'x');
    decoder.feed(stream);
    ASSERT_EQ(decoder.next(), frame_token::violation);
    EXPECT_EQ(decoder.violation().excerpt, stream.substr(0, violation::excerpt_octets));
    EXPECT_EQ(decoder.ignored(), 10000 - violation::excerpt_octets);
}

TEST(FrameDecoder, NumbersAFrameByTheTransferOfItsFirstOctet) {
    const auto hello = wire(0x81, "Hello");
    frame_decoder decoder{from_server};
    std::vector<std::uint64_t> numbers;
    const auto feed = [&](const std::string& piece, std::uint64_t transfer) {
        decoder.feed(piece, transfer);
        while (decoder.next() == frame_token::frame)
            numbers.push_back(decoder.frame().transfer);
    };
    feed(hello + hello.substr(0, 1), 1);
    feed(hello.substr(1, 3), 2);
    feed(hello.substr(4) + hello, 3);
    EXPECT_EQ(numbers, (std::vector<std::uint64_t>{1, 1, 3}));
}

TEST(FrameDecoder, CountsTheOctetsOfTheHead) {
    frame_decoder decoder{from_client};
    const auto stream = wire(0x82, std::string(70'000, 'x'), sender::client);
    decoder.feed(stream);
    ASSERT_EQ(decoder.next(), frame_token::frame);
    EXPECT_EQ(decoder.frame().head_octets, 14);
}

} // namespace
} // namespace rhombus::websocket
