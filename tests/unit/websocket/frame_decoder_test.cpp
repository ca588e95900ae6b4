#include <rhombus/websocket/frame_decoder.hpp>

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace rhombus::websocket {
namespace {

using items = std::vector<frame_decoder::item>;

std::string octets(std::initializer_list<int> values) {
    std::string text;
    for (const auto each : values)
        text += static_cast<char>(each);
    return text;
}

items read_all(frame_decoder& decoder) {
    items found;
    while (auto item = decoder.next())
        found.push_back(std::move(*item));
    return found;
}

/// Everything in one transfer.
items read_whole(sender side, const std::string& stream) {
    frame_decoder decoder{side};
    decoder.feed(stream, 1);
    return read_all(decoder);
}

const std::string hello = octets({0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f});
const std::string masked_hello =
    octets({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58});

decoded_frame frame(std::uint8_t opcode, std::string payload) {
    decoded_frame made;
    made.opcode = opcode;
    made.payload = std::move(payload);
    made.transfer = 1;
    return made;
}

struct example {
    std::string name;
    sender side;
    std::string stream;
    items expected;
};
void PrintTo(const example& row, std::ostream* out) {
    *out << row.name;
}

decoded_frame with(decoded_frame subject, bool fin, std::uint64_t offset) {
    subject.fin = fin;
    subject.offset = offset;
    return subject;
}

decoded_frame masked(decoded_frame subject) {
    subject.mask = std::array<unsigned char, 4>{0x37, 0xfa, 0x21, 0x3d};
    return subject;
}

class Examples : public testing::TestWithParam<example> {};

TEST_P(Examples, AreReadWhole) {
    EXPECT_EQ(read_whole(GetParam().side, GetParam().stream), GetParam().expected);
}

TEST_P(Examples, AreReadInTwoPiecesCutAnywhere) {
    const auto& stream = GetParam().stream;
    // A long payload is cut where the lengths and the ends are.
    for (std::size_t cut = 0; cut <= stream.size();
         cut += cut > 20 && cut + 20 < stream.size() ? 97 : 1) {
        frame_decoder decoder{GetParam().side};
        decoder.feed(std::string_view{stream}.substr(0, cut), 1);
        auto found = read_all(decoder);
        decoder.feed(std::string_view{stream}.substr(cut), 1);
        for (auto& each : read_all(decoder))
            found.push_back(std::move(each));
        EXPECT_EQ(found, GetParam().expected) << "cut at " << cut;
    }
}

// Spec: RFC 6455 section 5.7.
INSTANTIATE_TEST_SUITE_P(
    Rfc6455, Examples,
    testing::Values(
        example{"UnmaskedText", sender::server, hello, {frame(1, "Hello")}},
        example{"MaskedText", sender::client, masked_hello, {masked(frame(1, "Hello"))}},
        example{"Fragments",
                sender::server,
                octets({0x01, 0x03, 'H', 'e', 'l', 0x80, 0x02, 'l', 'o'}),
                {with(frame(1, "Hel"), false, 0), with(frame(0, "lo"), true, 5)}},
        example{"PingBetweenFragments",
                sender::server,
                octets({0x01, 0x01, 'a', 0x89, 0x00, 0x80, 0x01, 'b'}),
                {with(frame(1, "a"), false, 0), with(frame(9, ""), true, 3),
                 with(frame(0, "b"), true, 5)}},
        example{"Close", sender::server, octets({0x88, 0x02, 0x03, 0xe8}), {frame(8, "\x03\xe8")}},
        example{
            "BadGateway", sender::server, octets({0x88, 0x02, 0x03, 0xf6}), {frame(8, "\x03\xf6")}},
        example{"EmptyClose", sender::server, octets({0x88, 0x00}), {frame(8, "")}},
        example{"Length126",
                sender::server,
                octets({0x82, 126, 0x01, 0x00}) + std::string(256, 'x'),
                {frame(2, std::string(256, 'x'))}},
        example{"Length127",
                sender::server,
                octets({0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}) + std::string(65536, 'x'),
                {frame(2, std::string(65536, 'x'))}}),
    [](const auto& row) { return row.param.name; });

struct broken {
    std::string name;
    sender side;
    std::string stream;
    std::string_view rule;
};
void PrintTo(const broken& row, std::ostream* out) {
    *out << row.name;
}

class Violations : public testing::TestWithParam<broken> {};

TEST_P(Violations, NameTheSectionAndKeepTheOctets) {
    const auto& row = GetParam();
    const auto found = read_whole(row.side, row.stream);
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(
        found.back(),
        (frame_decoder::item{violation{row.rule, row.stream.substr(found.size() == 1 ? 0 : 3),
                                       static_cast<std::uint64_t>(found.size() == 1 ? 0 : 3), 1}}));
}

INSTANTIATE_TEST_SUITE_P(
    Rfc6455, Violations,
    testing::Values(
        broken{"ReservedBit", sender::server, octets({0xc1, 0x00}), "5.2"},
        broken{"ReservedOpcode", sender::server, octets({0x83, 0x00}), "5.2"},
        broken{"ReservedControlOpcode", sender::server, octets({0x8b, 0x00}), "5.2"},
        broken{"MaskedByServer", sender::server, masked_hello, "5.1"},
        broken{"UnmaskedByClient", sender::client, hello, "5.1"},
        broken{"FragmentedPing", sender::server, octets({0x09, 0x00}), "5.5"},
        broken{"LongPing", sender::server, octets({0x89, 126, 0x00, 0x7e}), "5.5"},
        broken{"ContinuationOfNothing", sender::server, octets({0x80, 0x00}), "5.4"},
        broken{"TextInsideAMessage", sender::server, octets({0x01, 0x01, 'a', 0x81, 0x00}), "5.4"},
        broken{"Length126TooLong", sender::server, octets({0x81, 126, 0x00, 0x7d}), "5.2"},
        broken{"Length127TooLong", sender::server,
               octets({0x81, 127, 0, 0, 0, 0, 0, 0, 0xff, 0xff}), "5.2"},
        broken{"HighestBit", sender::server, octets({0x81, 127, 0x80, 0, 0, 0, 0, 0, 0, 0}), "5.2"},
        broken{"AboveTheLimit", sender::server, octets({0x82, 127, 0, 0, 0, 0, 1, 0, 0, 1}),
               "10.4"},
        broken{"CloseOfOneOctet", sender::server, octets({0x88, 0x01, 0x03}), "5.5.1"},
        broken{"CloseCode1005", sender::server, octets({0x88, 0x02, 0x03, 0xed}), "7.4"},
        broken{"CloseCode1015", sender::server, octets({0x88, 0x02, 0x03, 0xf7}), "7.4"},
        broken{"CloseCode999", sender::server, octets({0x88, 0x02, 0x03, 0xe7}), "7.4"},
        broken{"CloseCode5000", sender::server, octets({0x88, 0x02, 0x13, 0x88}), "7.4"}),
    [](const auto& row) { return row.param.name; });

TEST(FrameDecoder, SaysNothingMoreAfterAViolation) {
    frame_decoder decoder{sender::server};
    decoder.feed(octets({0xc1, 0x00}), 1);
    EXPECT_EQ(read_all(decoder).size(), 1);
    decoder.feed(hello, 2);
    EXPECT_EQ(decoder.next(), std::nullopt);
    EXPECT_EQ(decoder.ignored(), hello.size());
}

TEST(FrameDecoder, BoundsTheOctetsOfAViolation) {
    frame_decoder decoder{sender::server};
    decoder.feed(octets({0xc1}) + std::string(9999, 'x'), 1);
    EXPECT_EQ(std::get<violation>(*decoder.next()).octets.size(), frame_decoder::excerpt_octets);
    EXPECT_EQ(decoder.ignored(), 10000 - frame_decoder::excerpt_octets);
}

TEST(FrameDecoder, NumbersAFrameByTheTransferOfItsFirstOctet) {
    frame_decoder decoder{sender::server};
    std::vector<std::uint64_t> numbers;
    const auto feed = [&](const std::string& piece, std::uint64_t transfer) {
        decoder.feed(piece, transfer);
        for (const auto& each : read_all(decoder))
            numbers.push_back(std::get<decoded_frame>(each).transfer);
    };
    feed(hello + hello.substr(0, 1), 1);
    feed(hello.substr(1, 3), 2);
    feed(hello.substr(4) + hello, 3);
    EXPECT_EQ(numbers, (std::vector<std::uint64_t>{1, 1, 3}));
}

TEST(FrameDecoder, ShowsAnUnfinishedFrame) {
    frame_decoder decoder{sender::server};
    decoder.feed(hello + hello.substr(0, 4), 1);
    EXPECT_EQ(read_all(decoder).size(), 1);
    EXPECT_EQ(decoder.unfinished(), hello.substr(0, 4));
}

TEST(FrameDecoder, TakesAPayloadOfExactlyTheLimit) {
    frame_decoder decoder{sender::server, 5};
    decoder.feed(hello, 1);
    EXPECT_EQ(decoder.next(), frame_decoder::item{frame(1, "Hello")});
}

} // namespace
} // namespace rhombus::websocket
