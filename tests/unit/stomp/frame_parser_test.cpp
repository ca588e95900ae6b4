#include <rhombus/stomp/frame_parser.hpp>

#include <gtest/gtest.h>

#include <ostream>

namespace rhombus::stomp {

void PrintTo(const parse_error& error, std::ostream* out) {
    *out << name_of(error.code) << " at " << error.offset;
}

namespace {

using namespace std::string_literals;

/// Everything one stream yields: items in order, and how it stopped.
struct reading {
    std::vector<frame_parser::item> items;
    std::optional<parse_error> error;
    bool inside_frame = false;

    bool operator==(const reading&) const = default;
};

void drain(frame_parser& parser, reading& into) {
    while (!into.error) {
        auto next = parser.next();
        if (next.has_error())
            into.error = next.error();
        else if (next->has_value())
            into.items.push_back(std::move(**next));
        else
            break;
    }
    into.inside_frame = parser.inside_frame();
}

reading read(const std::vector<std::string_view>& pieces, parser_limits limits = {},
             direction side = direction::from_server) {
    frame_parser parser{side, limits};
    reading result;
    for (const auto piece : pieces) {
        parser.feed(piece);
        drain(parser, result);
    }
    return result;
}

reading read_every_cut(std::string_view octets, parser_limits limits = {}) {
    const auto whole = read({octets}, limits);
    for (std::size_t cut = 0; cut <= octets.size(); ++cut)
        EXPECT_EQ(read({octets.substr(0, cut), octets.substr(cut)}, limits), whole)
            << "cut at " << cut;
    std::vector<std::string_view> single;
    for (std::size_t i = 0; i < octets.size(); ++i)
        single.push_back(octets.substr(i, 1));
    EXPECT_EQ(read(single, limits), whole) << "octet by octet";
    return whole;
}

struct legal {
    const char* name;
    std::string octets;
    std::vector<frame> frames;
    std::size_t eols = 0;
};
void PrintTo(const legal& row, std::ostream* out) {
    *out << row.name;
}

class LegalInput : public testing::TestWithParam<legal> {};

TEST_P(LegalInput, IsReadTheSameHoweverItIsCut) {
    const auto result = read_every_cut(GetParam().octets);
    EXPECT_EQ(result.error, std::nullopt);
    EXPECT_FALSE(result.inside_frame);
    std::vector<frame> frames;
    std::size_t eols = 0;
    for (const auto& item : result.items) {
        if (const auto* whole = std::get_if<parsed_frame>(&item))
            frames.push_back(whole->frame);
        else
            ++eols;
    }
    EXPECT_EQ(frames, GetParam().frames);
    EXPECT_EQ(eols, GetParam().eols);
}

const frame small{"MESSAGE", {{"a", "b"}}, "{}"};

INSTANTIATE_TEST_SUITE_P(
    Catalogue, LegalInput,
    testing::Values(
        legal{"F404CarriageReturns", "MESSAGE\r\na:b\r\n\r\n{}\0"s, {small}},
        legal{"F405MixedLineEnds", "MESSAGE\r\na:b\n\r\n{}\0"s, {small}},
        legal{"F407LineFeedAfterNull", "MESSAGE\na:b\n\n{}\0\n"s, {small}, 1},
        legal{"F407CarriageReturnLineFeedAfterNull", "MESSAGE\na:b\n\n{}\0\r\n\n"s, {small}, 2},
        legal{"F408LineFeedsBeforeTheCommand", "\n\nMESSAGE\na:b\n\n{}\0"s, {small}, 2},
        legal{"F409TwoFrames", "MESSAGE\na:b\n\n{}\0MESSAGE\na:b\n\n{}\0"s, {small, small}},
        legal{"F412NullInACountedBody",
              "MESSAGE\ncontent-length:3\n\na\0b\0\n"s,
              {{"MESSAGE", {{"content-length", "3"}}, "a\0b"s}},
              1},
        legal{"F418CountsOctets",
              "MESSAGE\ncontent-length:2\n\n\xC3\xA9\0"s,
              {{"MESSAGE", {{"content-length", "2"}}, "\xC3\xA9"}}},
        legal{"F420FirstContentLengthCounts",
              "MESSAGE\ncontent-length:1\ncontent-length:9\n\nx\0"s,
              {{"MESSAGE", {{"content-length", "1"}, {"content-length", "9"}}, "x"}}},
        legal{"F422Escapes",
              "MESSAGE\n\\cn:\\\\n\\\\\\c\n\n\0"s,
              {{"MESSAGE", {{":n", "\\n\\:"}}, {}}}},
        legal{"F424ConnectedIsRaw",
              "CONNECTED\nserver:a\\tb\nsession:x:y\n\n\0"s,
              {{"CONNECTED", {{"server", "a\\tb"}, {"session", "x:y"}}, {}}}},
        legal{"F426ValuesAreKept",
              "MESSAGE\nfoo:\nbar: v \n\n\0"s,
              {{"MESSAGE", {{"foo", ""}, {"bar", " v "}}, {}}}}),
    [](const auto& row) { return std::string{row.param.name}; });

struct broken {
    const char* name;
    std::string octets;
    parse_error error;
};
void PrintTo(const broken& row, std::ostream* out) {
    *out << row.name;
}

class BrokenInput : public testing::TestWithParam<broken> {};

TEST_P(BrokenInput, IsNamedAtTheSameOctetHoweverItIsCut) {
    EXPECT_EQ(read_every_cut(GetParam().octets).error, GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Catalogue, BrokenInput,
    testing::Values(
        broken{"F403NoEmptyLine",
               "MESSAGE\nsubscription:s\n{\"a\":1}\0"s,
               {errc::null_octet_in_headers, 30}},
        broken{"F406BareCarriageReturn", "MESSAGE\na\rb:c\n\n\0"s, {errc::bare_carriage_return, 9}},
        broken{"F414LengthTooSmall",
               "MESSAGE\ncontent-length:1\n\nab\0"s,
               {errc::missing_null_octet, 27}},
        broken{"F415LengthTooLarge",
               "MESSAGE\ncontent-length:3\n\nab\0MESSAGE"s,
               {errc::missing_null_octet, 29}},
        broken{"F416NegativeLength",
               "MESSAGE\ncontent-length:-1\n\n\0"s,
               {errc::bad_content_length, 8}},
        broken{"F416ListedLength",
               "MESSAGE\ncontent-length:5, 5\n\nabcde\0"s,
               {errc::bad_content_length, 8}},
        broken{"F416EmptyLength", "MESSAGE\ncontent-length:\n\n\0"s, {errc::bad_content_length, 8}},
        broken{"F417LengthAboveTheLimit",
               "MESSAGE\ncontent-length:2147483647\n\nab\0"s,
               {errc::frame_too_long, 8}},
        broken{"F423UndefinedEscape", "MESSAGE\nab:c\\t\n\n\0"s, {errc::undefined_escape, 12}},
        broken{"F423TrailingBackslash", "MESSAGE\nab:c\\\n\n\0"s, {errc::undefined_escape, 12}},
        broken{"F425NoColon", "MESSAGE\nabc\n\n\0"s, {errc::header_without_colon, 8}},
        broken{"F425EmptyName", "MESSAGE\n:abc\n\n\0"s, {errc::empty_header_name, 8}},
        broken{"F429UnknownCommand", "HELLO\n\n\0"s, {errc::unknown_command, 0}},
        broken{"F429LowerCase", "message\n\n\0"s, {errc::unknown_command, 0}},
        broken{"F432NotUtf8", "MESSAGE\na:\xC3\x28\n\n\0"s, {errc::header_octets_not_utf8, 10}},
        broken{"NullBetweenFrames", "\n\0"s, {errc::null_octet_between_frames, 1}}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(FrameParser, F401KeepsAnUnterminatedFrameAsEvidence) {
    frame_parser parser{direction::from_server};
    parser.feed("CONNECTED\nversion:1.2\n\n");
    EXPECT_EQ(*parser.next(), std::nullopt);
    EXPECT_TRUE(parser.inside_frame());
    EXPECT_EQ(parser.unfinished(), "CONNECTED\nversion:1.2\n\n");
}

TEST(FrameParser, SaysWhereAFrameStood) {
    const auto result = read({"\nMESSAGE\n\nx\0"s});
    ASSERT_EQ(result.items.size(), 2U);
    EXPECT_EQ(result.items[0], frame_parser::item{eol{0}});
    EXPECT_EQ(result.items[1], (frame_parser::item{parsed_frame{{"MESSAGE", {}, "x"}, 1, 11}}));
}

TEST(FrameParser, GivesTheSameErrorForEver) {
    frame_parser parser{direction::from_server};
    parser.feed("HELLO\n\n\0"s);
    const auto first = parser.next().error();
    parser.feed("MESSAGE\n\n\0"s);
    EXPECT_EQ(parser.next().error(), first);
}

TEST(FrameParser, HoldsEachLimitAndAcceptsWhatReachesIt) {
    const parser_limits limits{
        .command_octets = 9, .header_count = 2, .header_octets = 40, .frame_octets = 60};
    const auto error = [&](const std::string& octets) {
        return read_every_cut(octets, limits).error;
    };
    EXPECT_EQ(error("CONNECTED\n\n\0"s), std::nullopt);
    EXPECT_EQ(error("CONNECTEDX\n\n\0"s), (parse_error{errc::command_too_long, 9}));
    EXPECT_EQ(error("MESSAGE\na:1\nb:2\n\n\0"s), std::nullopt);
    EXPECT_EQ(error("MESSAGE\na:1\nb:2\nc:3\n\n\0"s), (parse_error{errc::too_many_headers, 16}));
    EXPECT_EQ(error("MESSAGE\na:" + std::string(40, 'x')),
              (parse_error{errc::headers_too_long, 40}));
    EXPECT_EQ(error("MESSAGE\n\n" + std::string(51, 'x') + '\0'), std::nullopt);
    EXPECT_EQ(error("MESSAGE\n\n" + std::string(52, 'x')), (parse_error{errc::frame_too_long, 60}));
}

TEST(FrameParser, KnowsTheOtherDirection) {
    EXPECT_EQ(read({"CONNECT\n\n\0"s}, {}, direction::from_client).error, std::nullopt);
    EXPECT_EQ(read({"MESSAGE\n\n\0"s}, {}, direction::from_client).error,
              (parse_error{errc::unknown_command, 0}));
}

} // namespace
} // namespace rhombus::stomp
