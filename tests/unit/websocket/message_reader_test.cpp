#include "deflated.hpp"
#include "utf8_cases.hpp"
#include "wire.hpp"

#include <rhombus/websocket/message_reader.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace rhombus::websocket {
namespace {

using test::octets;
using test::wire;
using namespace std::string_literals;

/// A message, or a control frame.
struct event {
    char what = 't'; ///< t: text, b: binary, c: control.
    std::string payload{};
    std::uint64_t offset = 0;
    std::uint64_t frames = 1;
    bool compressed = false;

    bool operator==(const event&) const = default;
};
void PrintTo(const event& what, std::ostream* out) {
    *out << what.what << ' ' << testing::PrintToString(what.payload.substr(0, 100)) << " at "
         << what.offset << " in " << what.frames << (what.compressed ? " compressed" : "");
}

struct reading {
    std::vector<event> events{};
    std::optional<errc> broken{};
    std::uint64_t offset = 0;

    bool operator==(const reading&) const = default;
};
void PrintTo(const reading& what, std::ostream* out) {
    *out << testing::PrintToString(what.events);
    if (what.broken)
        *out << ", then " << name_of(*what.broken) << " at " << what.offset;
}

event event_of(const message_view& message) {
    return {message.kind == message_kind::text ? 't' : 'b', std::string{message.payload},
            message.offset, message.frames, message.compressed};
}

reading read(const assembler_options& options, std::string_view stream, std::size_t first,
             std::size_t piece) {
    message_reader reader{options};
    reading found;
    for (auto size = first; !stream.empty() || size == first; size = piece) {
        const std::string part{stream.substr(0, size)};
        stream.remove_prefix(part.size());
        reader.feed(part);
        auto token = reader.next();
        for (; token == reader_token::message || token == reader_token::control;
             token = reader.next())
            found.events.push_back(
                token == reader_token::message
                    ? event_of(reader.message())
                    : event{'c', std::string{reader.frame().payload}, reader.frame().offset});
        if (token == reader_token::violation) {
            found.broken = reader.violation().code;
            found.offset = reader.violation().offset;
        }
        if (stream.empty())
            break;
    }
    return found;
}

reading read_whole(const assembler_options& options, std::string_view stream) {
    return read(options, stream, stream.size(), 1);
}

struct example {
    std::string name;
    assembler_options options;
    std::string stream;
    reading expected;
};
void PrintTo(const example& row, std::ostream* out) {
    *out << row.name;
}

class Messages : public testing::TestWithParam<example> {};

TEST_P(Messages, AreReadHoweverTheStreamIsCut) {
    const auto& [name, options, stream, expected] = GetParam();
    EXPECT_EQ(read_whole(options, stream), expected);
    EXPECT_EQ(read(options, stream, 1, 1), expected) << "octet by octet";
    for (std::size_t cut = 0; cut <= stream.size();
         cut += cut > 20 && cut + 20 < stream.size() ? 97 : 1)
        EXPECT_EQ(read(options, stream, cut, stream.size()), expected) << "cut at " << cut;
}

std::string name_of_row(const testing::TestParamInfo<example>& row) {
    return row.param.name;
}

constexpr assembler_options from_server{};
constexpr assembler_options from_client{.side = sender::client};
constexpr assembler_options deflating{.deflate = deflate_parameters{}};
constexpr assembler_options without_takeover{
    .deflate = deflate_parameters{.server_no_context_takeover = true}};
constexpr assembler_options client_without_takeover{
    .side = sender::client, .deflate = deflate_parameters{.client_no_context_takeover = true}};

INSTANTIATE_TEST_SUITE_P(
    Autobahn5, Messages,
    testing::Values(example{"Whole",
                            from_server,
                            wire(0x81, "Hello") + wire(0x82, "\xff"),
                            {{{'t', "Hello"}, {'b', "\xff", 7}}}},
                    example{"Fragments",
                            from_server,
                            wire(0x01, "Hel") + wire(0x00, "l") + wire(0x80, "o"),
                            {{{'t', "Hello", 0, 3}}}},
                    example{"FragmentsOfAClient",
                            from_client,
                            wire(0x02, "Hel", sender::client) + wire(0x80, "lo", sender::client),
                            {{{'b', "Hello", 0, 2}}}},
                    example{"PingBetweenFragments",
                            from_server,
                            wire(0x01, "Hel") + wire(0x89, "p") + wire(0x80, "lo"),
                            {{{'c', "p", 5}, {'t', "Hello", 0, 2}}}},
                    example{"MessageBehindFragments",
                            from_server,
                            wire(0x01, "Hel") + wire(0x80, "lo") + wire(0x81, "x") +
                                wire(0x02, "y") + wire(0x80, ""),
                            {{{'t', "Hello", 0, 2}, {'t', "x", 9}, {'b', "y", 12, 2}}}},
                    example{"EmptyFragments",
                            from_server,
                            wire(0x01, "") + wire(0x00, "") + wire(0x80, ""),
                            {{{'t', "", 0, 3}}}},
                    example{"ViolationOfAFrame",
                            from_server,
                            wire(0x81, "x") + wire(0x80, "y"),
                            {{{'t', "x"}}, errc::continuation_without_start, 3}},
                    example{"CharacterOverFragments",
                            from_server,
                            wire(0x01, "\xe2") + wire(0x00, "\x82") + wire(0x80, "\xac"),
                            {{{'t', "\xe2\x82\xac", 0, 3}}}},
                    example{"UnfinishedCharacterIsForgotten",
                            from_server,
                            wire(0x02, "\xe2") + wire(0x80, "") + wire(0x01, "a") + wire(0x80, "b"),
                            {{{'b', "\xe2", 0, 2}, {'t', "ab", 5, 2}}}}),
    name_of_row);

INSTANTIATE_TEST_SUITE_P(Autobahn7, Messages,
                         testing::Values(example{"TextBehindAClose",
                                                 from_server,
                                                 wire(0x88, "") + wire(0x81, "x"),
                                                 {{{'c', ""}}, errc::data_after_close, 2}},
                                         example{"PingBehindAClose",
                                                 from_server,
                                                 wire(0x88, "") + wire(0x89, "x"),
                                                 {{{'c', ""}, {'c', "x", 2}}}},
                                         example{"CloseInsideAMessage",
                                                 from_server,
                                                 wire(0x01, "a") + wire(0x88, "") + wire(0x80, "b"),
                                                 {{{'c', "", 3}}, errc::data_after_close, 5}},
                                         example{"ReasonIsUtf8",
                                                 from_server,
                                                 wire(0x88, "\x03\xe8\xce\xba"),
                                                 {{{'c', "\x03\xe8\xce\xba"}}}},
                                         example{"ReasonIsNotUtf8",
                                                 from_server,
                                                 wire(0x88, "\x03\xe8\xce"),
                                                 {{}, errc::close_reason_not_utf8, 5}},
                                         example{"BadGateway",
                                                 from_server,
                                                 wire(0x88, "\x03\xf6"),
                                                 {{{'c', "\x03\xf6"}}}}),
                         name_of_row);

INSTANTIATE_TEST_SUITE_P(Limits, Messages,
                         testing::Values(example{"AtTheLimit",
                                                 assembler_options{.message_limit = 5},
                                                 wire(0x02, "Hel") + wire(0x80, "lo") +
                                                     wire(0x82, "Hello"),
                                                 {{{'b', "Hello", 0, 2}, {'b', "Hello", 9}}}},
                                         example{"FragmentsAboveTheLimit",
                                                 assembler_options{.message_limit = 5},
                                                 wire(0x02, "Hel") + wire(0x80, "lo!"),
                                                 {{}, errc::message_too_long, 5}},
                                         example{"FrameAboveTheLimit",
                                                 assembler_options{.message_limit = 5},
                                                 wire(0x82, "Hello!"),
                                                 {{}, errc::frame_too_long, 1}}),
                         name_of_row);

std::vector<example> utf8_examples() {
    std::vector<example> rows;
    for (const auto& [name, text, broken] : test::utf8_cases()) {
        reading whole{{{'t', text}}};
        if (broken)
            whole = {{}, errc::text_not_utf8, 2 + *broken};
        rows.push_back({name + "Whole", from_server, wire(0x81, text), whole});

        std::string stream = wire(0x01, "");
        for (const auto each : text)
            stream += wire(0x00, std::string(1, each));
        stream += wire(0x80, "");
        reading fragments{{{'t', text, 0, text.size() + 2}}};
        // Each fragment has two octets before its own; the end is behind the last one's.
        if (broken)
            fragments = {{}, errc::text_not_utf8, 2 + 3 * *broken + 2};
        rows.push_back({name + "Fragmented", from_server, stream, fragments});
        rows.push_back(
            {name + "Binary", from_client, wire(0x82, text, sender::client), {{{'b', text}}}});
    }
    return rows;
}
INSTANTIATE_TEST_SUITE_P(Autobahn6, Messages, testing::ValuesIn(utf8_examples()), name_of_row);

TEST(FailFast, ATextIsRefusedBeforeItsLastFragment) {
    const auto stream = wire(0x01, "\xce\xba\xff");
    message_reader reader{from_server};
    reader.feed(stream);
    EXPECT_EQ(reader.next(), reader_token::violation);
}

const std::string hello = octets({0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00});
const std::string hello_again = octets({0xf2, 0x00, 0x11, 0x00, 0x00});

INSTANTIATE_TEST_SUITE_P(
    Rfc7692Section723, Messages,
    testing::Values(
        example{"OneBlock", deflating, wire(0xc1, hello), {{{'t', "Hello", 0, 1, true}}}},
        example{"TwoFragments",
                deflating,
                wire(0x41, hello.substr(0, 3)) + wire(0x80, hello.substr(3)),
                {{{'t', "Hello", 0, 2, true}}}},
        example{"SharedWindow",
                deflating,
                wire(0xc1, hello) + wire(0xc1, hello),
                {{{'t', "Hello", 0, 1, true}, {'t', "Hello", 9, 1, true}}}},
        example{"SharedWindowUsed",
                deflating,
                wire(0xc1, hello) + wire(0xc1, hello_again),
                {{{'t', "Hello", 0, 1, true}, {'t', "Hello", 9, 1, true}}}},
        example{
            "BlockWithoutCompression",
            deflating,
            octets({0xc1, 0x0b, 0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00}),
            {{{'t', "Hello", 0, 1, true}}}},
        example{"BlockWithBfinal",
                deflating,
                octets({0xc1, 0x08, 0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00}),
                {{{'t', "Hello", 0, 1, true}}}},
        example{"TwoBlocks",
                deflating,
                octets({0xc1, 0x0d, 0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9,
                        0xc9, 0x07, 0x00}),
                {{{'t', "Hello", 0, 1, true}}}},
        example{"EmptyMessage", deflating, octets({0xc1, 0x01, 0x00}), {{{'t', "", 0, 1, true}}}}),
    name_of_row);

constexpr assembler_options up_to_seven{.message_limit = 7, .deflate = deflate_parameters{}};

INSTANTIATE_TEST_SUITE_P(
    PermessageDeflate, Messages,
    testing::Values(
        example{"UncompressedAmongCompressed",
                deflating,
                wire(0xc1, hello) + wire(0x81, "x") + wire(0xc1, hello_again),
                {{{'t', "Hello", 0, 1, true}, {'t', "x", 9}, {'t', "Hello", 12, 1, true}}}},
        example{"UncompressedFragments",
                deflating,
                wire(0x01, "Hel") + wire(0x80, "lo"),
                {{{'t', "Hello", 0, 2}}}},
        example{"ContextBehindBfinal",
                deflating,
                octets({0xc1, 0x08, 0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00}) +
                    wire(0xc1, hello_again),
                {{{'t', "Hello", 0, 1, true}, {'t', "Hello", 10, 1, true}}}},
        example{"EmptyFragmentsAndAPing",
                deflating,
                wire(0x42, "") + wire(0x00, hello) + wire(0x89, "") + wire(0x80, ""),
                {{{'c', "", 11}, {'b', "Hello", 0, 3, true}}}},
        example{"WithoutTakeover",
                without_takeover,
                wire(0xc1, hello) + wire(0xc1, hello),
                {{{'t', "Hello", 0, 1, true}, {'t', "Hello", 9, 1, true}}}},
        example{"TakeoverThoughExcluded",
                without_takeover,
                wire(0xc1, hello) + wire(0xc1, hello_again),
                {{{'t', "Hello", 0, 1, true}}, errc::corrupt_deflate_data, 9}},
        example{"TakeoverThoughExcludedByAClient",
                client_without_takeover,
                wire(0xc1, hello, sender::client) + wire(0xc1, hello_again, sender::client),
                {{{'t', "Hello", 0, 1, true}}, errc::corrupt_deflate_data, 13}},
        example{"DistanceBeforeTheBeginning",
                deflating,
                wire(0xc1, hello_again),
                {{}, errc::corrupt_deflate_data, 0}},
        example{"ReservedBlockType",
                deflating,
                wire(0xc1, "\x06"),
                {{}, errc::corrupt_deflate_data, 0}},
        example{"CutShort",
                deflating,
                wire(0xc1, hello.substr(0, 5)),
                {{}, errc::corrupt_deflate_data, 0}},
        example{"NoOctetAtAll", deflating, wire(0xc1, ""), {{}, errc::corrupt_deflate_data, 0}},
        example{"TailNotTakenOff",
                deflating,
                wire(0xc1, hello + "\0\0\xff\xff"s),
                {{}, errc::corrupt_deflate_data, 0}},
        example{"TextNotUtf8",
                deflating,
                wire(0x81, "x") + wire(0xc1, "\0\x01\0\xfe\xff\xff\0"s),
                {{{'t', "x"}}, errc::text_not_utf8, 3}},
        example{"BinaryNotUtf8",
                deflating,
                wire(0xc2, "\0\x01\0\xfe\xff\xff\0"s),
                {{{'b', "\xff", 0, 1, true}}}},
        example{"InflatedToTheLimit",
                up_to_seven,
                wire(0xc2, octets({0x4a, 0x4c, 0x04, 0x03, 0x00, 0x00})),
                {{{'b', "aaaaaaa", 0, 1, true}}}},
        example{"InflatedAboveTheLimit",
                up_to_seven,
                wire(0xc2, octets({0x4a, 0x4c, 0x84, 0x00, 0x00, 0x00})),
                {{}, errc::inflated_too_long, 0}}),
    name_of_row);

/// Something between noise and a run of one letter.
std::string sample(std::size_t size) {
    std::string text;
    std::uint32_t state = 12345;
    while (text.size() < size) {
        state = state * 1103515245U + 12345U;
        text.append(1 + (state >> 16U) % 9, static_cast<char>('a' + (state >> 24U) % 26));
    }
    text.resize(size);
    return text;
}

/// Cases 12.* and 13.*: sizes, windows, takeover, fragments.
struct compression_case {
    int window_bits;
    bool takeover;
    std::size_t fragment; ///< Octets of a frame's payload.
};
void PrintTo(const compression_case& row, std::ostream* out) {
    *out << row.window_bits << " bits, " << (row.takeover ? "takeover" : "no takeover")
         << ", fragments of " << row.fragment;
}
class Autobahn12 : public testing::TestWithParam<compression_case> {};

std::string fragmented(std::string_view payload, std::size_t size) {
    std::string stream;
    int first = 0x41;
    for (; payload.size() > size; first = 0x00, payload.remove_prefix(size))
        stream += wire(first, payload.substr(0, size));
    return stream += wire(0x80 | first, payload);
}

TEST_P(Autobahn12, MessagesOfEverySizeInflate) {
    const auto& row = GetParam();
    test::deflater deflate{row.window_bits};
    const auto bits = static_cast<std::uint8_t>(row.window_bits);
    const assembler_options options{
        .deflate = deflate_parameters{.server_no_context_takeover = !row.takeover,
                                      .server_max_window_bits = bits}};
    std::string stream;
    std::vector<std::string> expected;
    for (const std::size_t size : {0, 16, 64, 256, 1024, 4096, 8192, 32768, 65536, 131072}) {
        expected.push_back(sample(size));
        stream += fragmented(deflate.message(expected.back()), row.fragment);
        if (!row.takeover)
            deflate.forget_context();
    }
    for (const std::size_t piece : {std::size_t{1}, std::size_t{1448}, stream.size()}) {
        std::vector<std::string> found;
        for (const auto& each : read(options, stream, piece, piece).events)
            found.push_back(each.payload);
        EXPECT_EQ(found, expected) << "fed " << piece << " octets at a time";
    }
}

INSTANTIATE_TEST_SUITE_P(
    PermessageDeflate, Autobahn12,
    testing::Values(compression_case{9, true, 1'000'000}, compression_case{9, false, 256},
                    compression_case{12, true, 1024}, compression_case{15, false, 1'000'000},
                    compression_case{15, true, 128}, compression_case{15, true, 1'000'000}));

TEST(MessageReader, GivesAViewOfAMessageOfOneFrame) {
    const auto stream = wire(0x81, "Hello");
    message_reader reader{from_server};
    reader.feed(stream);
    ASSERT_EQ(reader.next(), reader_token::message);
    EXPECT_EQ(static_cast<const void*>(reader.message().payload.data()), stream.data() + 2);
}

TEST(MessageReader, NumbersAMessageByTheTransferOfItsFirstFrame) {
    const auto first = wire(0x01, "Hel");
    const auto second = wire(0x80, "lo");
    message_reader reader{from_server};
    reader.feed(first, 4);
    ASSERT_EQ(reader.next(), reader_token::need_more);
    reader.feed(second, 5);
    ASSERT_EQ(reader.next(), reader_token::message);
    EXPECT_EQ(reader.message().transfer, 4U);
}

TEST(MessageReader, KeepsToItsAnswerAfterAViolation) {
    const auto stream = wire(0x81, "\xff") + wire(0x81, "Hello");
    message_reader reader{from_server};
    reader.feed(stream);
    EXPECT_EQ(reader.next(), reader_token::violation);
    reader.feed(stream);
    EXPECT_EQ(reader.next(), reader_token::violation);
    EXPECT_EQ(reader.next(), reader_token::violation);
    EXPECT_EQ(reader.violation().offset, 2U);
}

TEST(MessageAssembler, HasALimitOfItsOwn) {
    message_assembler assembler{{.message_limit = 4}};
    EXPECT_EQ(assembler.take({.opcode = opcode::binary, .payload = "four"}),
              message_token::message);
    EXPECT_EQ(assembler.take({.opcode = opcode::binary, .payload = "fives"}),
              message_token::violation);
    EXPECT_EQ(assembler.violation().code, errc::message_too_long);
}

TEST(MessageAssembler, CountsTheFramesOfAMessage) {
    message_assembler assembler{{.fragment_limit = 2}};
    const frame_view begin{.fin = false, .opcode = opcode::text};
    const frame_view middle{.fin = false, .opcode = opcode::continuation};
    for (int messages = 0; messages < 2; ++messages) {
        EXPECT_EQ(assembler.take(begin), message_token::fragment);
        EXPECT_EQ(assembler.take({.opcode = opcode::continuation}), message_token::message);
    }
    EXPECT_EQ(assembler.take(begin), message_token::fragment);
    EXPECT_EQ(assembler.take(middle), message_token::fragment);
    EXPECT_EQ(assembler.take({.opcode = opcode::ping}), message_token::control);
    EXPECT_EQ(assembler.take({.opcode = opcode::continuation}), message_token::violation);
    EXPECT_EQ(assembler.violation().code, errc::too_many_fragments);
}

TEST(MessageAssembler, TellsFragmentsFromControlFrames) {
    message_assembler assembler{{}};
    EXPECT_EQ(assembler.take({.fin = false, .opcode = opcode::text, .payload = "a"}),
              message_token::fragment);
    EXPECT_EQ(assembler.take({.opcode = opcode::pong}), message_token::control);
    EXPECT_EQ(assembler.take({.opcode = opcode::continuation, .payload = "b"}),
              message_token::message);
    EXPECT_EQ(assembler.message().payload, "ab");
}

} // namespace
} // namespace rhombus::websocket
