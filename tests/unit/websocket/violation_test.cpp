#include "wire.hpp"

#include <rhombus/websocket/message_reader.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <set>
#include <string>

namespace rhombus::websocket {
namespace {

using test::octets;
using test::wire;

constexpr std::uint8_t last_code = static_cast<std::uint8_t>(errc::too_many_fragments);

TEST(Errc, HasANameASentenceAndASourceOfItsOwn) {
    std::set<std::string_view> names;
    std::set<std::string_view> sentences;
    for (std::uint8_t value = 1; value <= last_code; ++value) {
        const auto code = static_cast<errc>(value);
        names.insert(name_of(code));
        sentences.insert(describe(code));
        EXPECT_TRUE(source_of(code).document == "RFC 6455" ||
                    source_of(code).document == "RFC 7692");
        EXPECT_FALSE(source_of(code).section.empty());
    }
    EXPECT_EQ(names.size(), last_code);
    EXPECT_EQ(sentences.size(), last_code);
}

struct explained {
    std::string name;
    assembler_options options;
    std::string stream;
    std::string sentence;
    std::string excerpt;
    std::size_t caret;
};
void PrintTo(const explained& row, std::ostream* out) {
    *out << row.name;
}

class Explanations : public testing::TestWithParam<explained> {};

TEST_P(Explanations, SayWhatWasExpectedAndWhatCame) {
    const auto& row = GetParam();
    message_reader reader{row.options};
    reader.feed(row.stream, 7);
    auto found = reader.next();
    while (found == reader_token::message || found == reader_token::control)
        found = reader.next();
    ASSERT_EQ(found, reader_token::violation);
    EXPECT_EQ(explain(reader.violation()), row.sentence);
    EXPECT_EQ(reader.violation().excerpt, row.excerpt);
    EXPECT_EQ(reader.violation().caret, row.caret);
    EXPECT_EQ(reader.violation().transfer, 7U);
}

TEST_P(Explanations, ArePrintableAscii) {
    EXPECT_TRUE(std::ranges::all_of(GetParam().sentence,
                                    [](char each) { return each >= ' ' && each <= '~'; }));
}

constexpr assembler_options from_server{};
constexpr assembler_options from_client{.side = sender::client};
constexpr assembler_options deflating{.deflate = deflate_parameters{}};
constexpr assembler_options small{.message_limit = 4};
constexpr assembler_options small_deflating{.message_limit = 4, .deflate = deflate_parameters{}};

explained row(std::string name, const assembler_options& options, std::string stream,
              std::string sentence, std::size_t caret = 0) {
    return {std::move(name), options, stream, std::move(sentence), stream, caret};
}

INSTANTIATE_TEST_SUITE_P(
    Framing, Explanations,
    testing::Values(
        row("ReservedBits", from_server, wire(0xb1, ""),
            "octet 0: expected reserved bits 000, got 011 (RFC 6455 section 5.2)"),
        row("ReservedBitsWhenDeflating", deflating, wire(0xa1, ""),
            "octet 0: expected reserved bits 000 or 100, got 010 (RFC 6455 section 5.2)"),
        row("UnknownOpcode", from_server, wire(0x8b, ""),
            "octet 0: expected opcode 0, 1, 2, 8, 9 or 10, got opcode 11 (RFC 6455 section 5.2)"),
        row("MaskedByServer", from_server, wire(0x81, "x", sender::client),
            "octet 1: expected no mask on a server's frame, got a masked one (RFC 6455 section "
            "5.1)",
            1),
        row("UnmaskedByClient", from_client, wire(0x81, "x"),
            "octet 1: expected a mask on a client's frame, got none (RFC 6455 section 5.1)", 1),
        row("FragmentedPing", from_server, wire(0x09, ""),
            "octet 0: expected FIN on a Ping, got none (RFC 6455 section 5.5)"),
        row("LongPong", from_server, octets({0x8a, 126, 0, 126}),
            "octet 1: expected at most 125 octets in a Pong, got 126 octets (RFC 6455 section 5.5)",
            1),
        row("LongCloseBeforeItsLengthCame", from_server, octets({0x88, 127, 0}),
            "octet 1: expected at most 125 octets in a Close, got more (RFC 6455 section 5.5)", 1),
        row("ContinuationOfNothing", from_server, wire(0x80, "x"),
            "octet 0: expected a text, binary or control frame, got a continuation (RFC 6455 "
            "section 5.4)"),
        row("Length126For7", from_server, octets({0x82, 126, 0, 7}),
            "octet 1: expected a length of 7 bits for 7 octets, got one of 2 octets (RFC 6455 "
            "section 5.2)",
            1),
        row("Length127For1", from_server, octets({0x82, 127, 0, 0, 0, 0, 0, 0, 0, 1}),
            "octet 1: expected a length of 7 bits for 1 octet, got one of 8 octets (RFC 6455 "
            "section 5.2)",
            1),
        row("Length127For300", from_server, octets({0x82, 127, 0, 0, 0, 0, 0, 0, 1, 44}),
            "octet 1: expected a length of 2 octets for 300 octets, got one of 8 octets (RFC 6455 "
            "section 5.2)",
            1),
        row("HighestBit", from_server, octets({0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 1}),
            "octet 2: expected a length below 2^63, got 9223372036854775809 (RFC 6455 section 5.2)",
            2),
        row("AboveTheLimit", small, octets({0x82, 5}),
            "octet 1: expected a frame of at most 4 octets, got 5 octets (RFC 6455 section 10.4)",
            1),
        row("OneOctetClose", from_server, wire(0x88, "\x03"),
            "octet 2: expected no payload, or a code of 2 octets, got 1 octet (RFC 6455 section "
            "5.5.1)",
            2),
        row("CloseCodeOfAClient", from_client, wire(0x88, "\x03\xed", sender::client),
            "octet 6: expected a code of 1000 to 1003, 1007 to 1014 or 3000 to 4999, got 1005 (RFC "
            "6455 section 7.4)",
            6),
        row("CompressedPing", deflating, wire(0xc9, ""),
            "octet 0: expected reserved bits 000 on a Ping, got 100 (RFC 7692 section 6)")),
    [](const auto& each) { return each.param.name; });

INSTANTIATE_TEST_SUITE_P(
    BehindOtherFrames, Explanations,
    testing::Values(
        explained{"TextInsideAMessage", from_server, wire(0x01, "a") + wire(0x81, "b"),
                  "octet 3: expected a continuation or a control frame, got a text frame (RFC 6455 "
                  "section 5.4)",
                  wire(0x81, "b"), 0},
        explained{"BinaryInsideAMessage", from_server, wire(0x01, "a") + wire(0x82, "b"),
                  "octet 3: expected a continuation or a control frame, got a binary frame (RFC "
                  "6455 section 5.4)",
                  wire(0x82, "b"), 0},
        explained{
            "CompressedContinuation", deflating, wire(0x41, "a") + wire(0xc0, "b"),
            "octet 3: expected reserved bits 000 on a continuation, got 100 (RFC 7692 section "
            "6)",
            wire(0xc0, "b"), 0}),
    [](const auto& each) { return each.param.name; });

// The excerpts of messages show the payload.
INSTANTIATE_TEST_SUITE_P(
    Messages, Explanations,
    testing::Values(
        explained{"TextNotUtf8", from_server, wire(0x81, "ab\xff"),
                  "octet 4: expected UTF-8, got 0xFF at octet 2 of the text (RFC 6455 section 8.1)",
                  "ab\xff", 2},
        explained{"TextOfAClientNotUtf8", from_client, wire(0x81, "ab\xff", sender::client),
                  "octet 8: expected UTF-8, got 0xFF at octet 2 of the text (RFC 6455 section 8.1)",
                  "ab\xff", 2},
        explained{"SecondFragmentNotUtf8", from_server, wire(0x01, "ab") + wire(0x00, "c\xc0"),
                  "octet 7: expected UTF-8, got 0xC0 at octet 3 of the text (RFC 6455 section 8.1)",
                  "abc\xc0", 3},
        explained{
            "TextEndsInACharacter", from_server, wire(0x01, "ab") + wire(0x80, "\xe2\x82"),
            "octet 8: expected UTF-8, got the end of the text at octet 4 of the text (RFC 6455 "
            "section 8.1)",
            "ab\xe2\x82", 4},
        explained{
            "ExcerptOfALongText", from_server,
            wire(0x81, std::string(1000, 'a') + "\xff" + std::string(1000, 'b')),
            "octet 1004: expected UTF-8, got 0xFF at octet 1000 of the text (RFC 6455 section "
            "8.1)",
            std::string(32, 'a') + "\xff" + std::string(31, 'b'), 32},
        explained{
            "ReasonNotUtf8", from_server,
            wire(0x88, "\x03\xe8"
                       "ab\xff"),
            "octet 6: expected UTF-8, got 0xFF at octet 2 of the text (RFC 6455 section 5.5.1)",
            "ab\xff", 2},
        explained{
            "MessageTooLong", small, wire(0x01, "abc") + wire(0x80, "de"),
            "octet 5: expected a message of at most 4 octets, got at least 5 (RFC 6455 section "
            "10.4)",
            "de", 0},
        explained{"DataBehindAClose", from_server, wire(0x88, "") + wire(0x82, "de"),
                  "octet 2: expected no data frame behind the Close, got one (RFC 6455 section "
                  "5.5.1)",
                  "de", 0},
        explained{"CorruptDeflateData", deflating, wire(0xc1, "\xff\xff"),
                  "octet 0: expected blocks of DEFLATE, got none behind inflated octet 0 (RFC 7692 "
                  "section 6.2)",
                  "\xff\xff", 0},
        explained{"InflatedTooLong", small_deflating,
                  // `Hello` in seven octets would be above the limit of a frame.
                  wire(0x41, octets({0xf2, 0x48, 0xcd})) + wire(0x80, octets({0xc9, 0xc9, 7, 0})),
                  "octet 5: expected at most 4 octets when inflated, got more (RFC 6455 section "
                  "10.4)",
                  octets({0xc9, 0xc9, 7, 0}), 0}),
    [](const auto& each) { return each.param.name; });

} // namespace
} // namespace rhombus::websocket
