#include "reading.hpp"

#include <gtest/gtest.h>

#include <ostream>

// What lies on the edges of the scanner's blocks, limits and lines.
namespace rhombus::stomp {
namespace {

using namespace std::string_literals;

struct row {
    const char* name;
    std::string octets;
    reading strictly;
    reading explained = {}; ///< Empty: the same.
};
void PrintTo(const row& subject, std::ostream* out) {
    *out << subject.name;
}

class Edges : public testing::TestWithParam<row> {};

TEST_P(Edges, AreReadTheSameHoweverTheyAreCut) {
    const auto& [name, octets, strictly, explained] = GetParam();
    EXPECT_EQ(read_every_cut(octets, {}), strictly);
    EXPECT_EQ(read_every_cut(octets, {.attitude = explaining}),
              explained.empty() ? strictly : explained);
}

const std::string thirteen(13, 'x');
const std::string twelve(12, 'x');

INSTANTIATE_TEST_SUITE_P(
    Lines, Edges,
    testing::Values(
        row{"CommandWithAColon",
            "a:b\n\n\0"s,
            {"violation unknown-command 0"},
            {"note unknown-command 0", "frame 0+6 a:b"}},
        row{"CutOffBehindALine",
            "RECEIPT\na:b\n\0"s,
            {"violation null-octet-in-headers 12"},
            {"note null-octet-in-headers 12", "frame 0+13 RECEIPT a=b"}},
        row{"TwoCarriageReturns",
            "MESSAGE\na:\r\rb\n\n\0"s,
            {"violation bare-carriage-return 10"},
            {"note bare-carriage-return 10", "note bare-carriage-return 11",
             "frame 0+16 MESSAGE a=\r\rb"}},
        row{"EscapedBackslashBeforeALetter",
            "MESSAGE\na:\\\\t\n\n\0"s,
            {"frame 0+16 MESSAGE a=\\t"}},
        row{"UndefinedBehindADefinedEscape",
            "MESSAGE\na:\\n\\t\n\n\0"s,
            {"violation undefined-escape 12"},
            {"note undefined-escape 12", "frame 0+17 MESSAGE a=\n\\t"}},
        row{"CarriageReturnLineFeedAlone", "\r\n", {"eol 1"}},
        row{"NoCommandLineIsThatLong",
            "RECEIPT\n\n" + thirteen,
            {"violation body-not-allowed 9"},
            {"inside"}},
        row{"NoCommandLineOfTheHighestOctets",
            "RECEIPT\n\n" + std::string(13, '\xFF'),
            {"violation body-not-allowed 9"},
            {"inside"}},
        row{"CountedBodyLongerThanItsHead",
            "MESSAGE\ncontent-length:91\n\n" + std::string(91, '\0') + "\0"s,
            {"frame 0+119 MESSAGE content-length=91 " + std::string(91, '\0')}},
        row{"ACommandLineMayStillCome", "RECEIPT\n\n" + twelve, {"inside"}},
        row{"CountedEmptyBodyWhereNoneBelongs",
            "RECEIPT\ncontent-length:0\n\n\0"s,
            {"frame 0+27 RECEIPT content-length=0"}},
        row{"CountedBodyOfOneOctetWhereNoneBelongs",
            "RECEIPT\ncontent-length:1\n\na\0"s,
            {"violation body-not-allowed 26"},
            {"note body-not-allowed 26", "frame 0+28 RECEIPT content-length=1 a"}},
        row{"UnwantedBodyIsSaidOnceThoughItsLengthIsWrong",
            "RECEIPT\ncontent-length:1\n\nab\0"s,
            {"violation body-not-allowed 26"},
            {"note body-not-allowed 26", "note missing-null-octet 27",
             "frame 0+29 RECEIPT content-length=1 ab"}},
        row{"ALengthFarTooSmallIsSaidOnce",
            "MESSAGE\ncontent-length:1\n\na" + thirteen + thirteen + '\0',
            {"violation missing-null-octet 27"},
            {"note missing-null-octet 27",
             "frame 0+54 MESSAGE content-length=1 a" + thirteen + thirteen}},
        row{"UnwantedBodyThatLooksLikeAFrame",
            "RECEIPT\ncontent-length:9\n\nMESSAGE\n\n\0"s,
            {"violation body-not-allowed 26"},
            {"note body-not-allowed 26", "frame 0+36 RECEIPT content-length=9 MESSAGE\n\n"}},
        row{"LongestCommandLine",
            "RECEIPT\n\nCONNECTED\r\n\r\n\0"s,
            {"violation missing-null-octet 9"},
            {"note missing-null-octet 9", "frame 0+9 RECEIPT", "frame 9+14 CONNECTED"}}),
    [](const auto& each) { return std::string{each.param.name}; });

TEST(FrameReaderEdges, AnEscapeIsSeenWhereverItStandsInABlock) {
    for (std::size_t before = 0; before < 130; ++before) {
        const auto value = std::string(before, 'x') + "\\n" + std::string(70, 'y');
        const auto octets = "MESSAGE\na:" + value + "\n\n\0"s;
        const auto meant = std::string(before, 'x') + "\n" + std::string(70, 'y');
        EXPECT_EQ(read_pieces({octets}, {}, at_the_end::wait),
                  reading{"frame 0+" + std::to_string(octets.size()) + " MESSAGE a=" + meant})
            << before;
    }
}

TEST(FrameReaderEdges, ALineEndIsSeenWhereverItStandsInABlock) {
    for (std::size_t before = 0; before < 300; ++before) {
        const auto value = std::string(before, 'x');
        const auto octets = "MESSAGE\nfirst:" + value + "\nb:c\nd:e\n\nz\0"s;
        EXPECT_EQ(read_pieces({octets}, {}, at_the_end::wait),
                  reading{"frame 0+" + std::to_string(octets.size()) + " MESSAGE first=" + value +
                          " b=c d=e z"})
            << before;
    }
}

TEST(FrameReaderEdges, ManyShortLinesAreReadBlockByBlock) {
    for (std::size_t lines = 1; lines < 120; ++lines) {
        std::string octets = "MESSAGE\n";
        std::string headers;
        for (std::size_t i = 0; i < lines; ++i) {
            octets += "n:v\n";
            headers += " n=v";
        }
        octets += "\n{}\0"s;
        EXPECT_EQ(
            read_pieces({octets}, {}, at_the_end::wait),
            reading{"frame 0+" + std::to_string(octets.size()) + " MESSAGE" + headers + " {}"});
    }
}

TEST(FrameReaderEdges, ALineThatEndsAboveTheLimitIsTooLong) {
    const reader_options tight{.limits = {.header_octets = 40}};
    const auto octets = "MESSAGE\na:" + std::string(31, 'x') + "\n\n\0"s;
    EXPECT_EQ(read_every_cut(octets, tight), reading{"violation headers-too-long 40"});
}

TEST(FrameReaderEdges, ABodyInAMessageOfItsOwnIsNoDeviation) {
    EXPECT_EQ(read_messages({"MESSAGE\n\n", {"hello, this is it\0", 18}}, {.attitude = explaining}),
              (reading{"frame 0+27 MESSAGE hello, this is it"}));
}

TEST(FrameReaderEdges, AnUnwantedBodyInTwoMessagesIsSaidOnce) {
    EXPECT_EQ(
        read_messages({"RECEIPT\n\nhello, this is", {" no part of it\0", 15}},
                      {.attitude = explaining}),
        (reading{"note body-not-allowed 9", "frame 0+38 RECEIPT hello, this is no part of it"}));
}

TEST(FrameReaderEdges, AStreamEndsOnce) {
    const std::string octets(70, 'X');
    frame_reader reader{{.attitude = explaining}};
    reader.feed(octets);
    ASSERT_EQ(reader.next(), token::need_more);
    EXPECT_EQ(reader.finish(), token::skipped);
    EXPECT_EQ(reader.fed(), octets.size());
    EXPECT_EQ(reader.unfinished(), "");
    EXPECT_EQ(reader.finish(), token::need_more);
}

TEST(FrameReaderEdges, AViolationAtTheEndStays) {
    frame_reader reader{{}};
    reader.feed("MESSAGE\n");
    ASSERT_EQ(reader.next(), token::need_more);
    ASSERT_EQ(reader.finish(), token::violation);
    EXPECT_EQ(reader.next(), token::violation);
}

TEST(FrameReaderEdges, NothingJoinsWhatBrokeARule) {
    frame_reader reader{{}};
    for (const auto* const octet : {"X", "\n", "y", "z"}) {
        reader.feed(octet);
        static_cast<void>(reader.next());
    }
    EXPECT_EQ(reader.violation().error(), (parse_error{errc::unknown_command, 0}));
    EXPECT_EQ(reader.unfinished(), "X\n");
    EXPECT_EQ(reader.fed(), 4U);
}

TEST(FrameReaderEdges, ACountedBodyWithoutItsNulIsUnfinished) {
    EXPECT_EQ(read_every_cut("MESSAGE\ncontent-length:2\n\nab", {}, at_the_end::finish),
              reading{"violation unfinished-frame 28"});
}

TEST(FrameReaderEdges, TheEndShowsTheOctetWhereANulWasDue) {
    const auto octets = "MESSAGE\ncontent-length:2\n\nabcd"s;
    frame_reader reader{{.attitude = explaining}};
    reader.feed(octets);
    ASSERT_EQ(reader.next(), token::need_more);
    ASSERT_EQ(reader.finish(), token::frame);
    ASSERT_EQ(reader.deviations().size(), 1U);
    EXPECT_EQ(reader.deviations().front(),
              (deviation{errc::missing_null_octet, 28, "MESSAGE\ncontent-length:2\n\nabc", 28}));
}

TEST(FrameReaderEdges, ALengthMayReachTheLimit) {
    const reader_options tight{.limits = {.frame_octets = 4}};
    EXPECT_EQ(read_every_cut("MESSAGE\ncontent-length:4\n\nabcd\0"s, tight),
              reading{"frame 0+31 MESSAGE content-length=4 abcd"});
    EXPECT_EQ(read_every_cut("MESSAGE\ncontent-length:5\n\n", tight),
              reading{"violation frame-too-long 8"});
}

TEST(FrameReaderEdges, TooManyHeadersAreSaidOnceAFrame) {
    const reader_options tight{.attitude = explaining, .limits = {.header_count = 1}};
    const auto frame = "MESSAGE\na:1\nb:2\nc:3\n\n\0"s;
    EXPECT_EQ(read_every_cut(frame + frame, tight),
              (reading{"note too-many-headers 12", "frame 0+22 MESSAGE a=1",
                       "note too-many-headers 34", "frame 22+22 MESSAGE a=1"}));
}

TEST(FrameReaderEdges, AHeaderWithoutEscapesSaysSo) {
    frame_reader reader{{}};
    const auto octets = "MESSAGE\na:\xC3\xA9\nb:\\n\n\n\0"s;
    reader.feed(octets);
    ASSERT_EQ(reader.next(), token::frame);
    EXPECT_FALSE(reader.frame().header(0).value.escaped());
    EXPECT_TRUE(reader.frame().header(1).value.escaped());
}

/// A violation and the octets that are shown for it.
struct excerpt_row {
    const char* name;
    std::string octets;
    deviation expected;
};
void PrintTo(const excerpt_row& subject, std::ostream* out) {
    *out << subject.name;
}

class Excerpts : public testing::TestWithParam<excerpt_row> {};

TEST_P(Excerpts, EndWithTheLineOrTheOctetThatIsWrong) {
    frame_reader reader{{}};
    reader.feed(GetParam().octets);
    auto found = reader.next();
    while (found != token::violation && found != token::need_more)
        found = reader.next();
    if (found == token::need_more)
        found = reader.finish();
    ASSERT_EQ(found, token::violation);
    EXPECT_EQ(reader.violation(), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, Excerpts,
    testing::Values(
        excerpt_row{"NulInHeaders",
                    "MESSAGE\na\0b\0"s,
                    {errc::null_octet_in_headers, 9, "MESSAGE\na\0"s, 9}},
        excerpt_row{"NulBetweenFrames", "\0\0"s, {errc::null_octet_between_frames, 0, "\0"s, 0}},
        excerpt_row{"CarriageReturn",
                    "MESSAGE\na\rb\nc"s,
                    {errc::bare_carriage_return, 9, "MESSAGE\na\rb", 9}},
        excerpt_row{
            "CarriageReturnBetweenFrames", "\rMESSAGE"s, {errc::bare_carriage_return, 0, "\r", 0}},
        excerpt_row{"Command", "HELLO\nx"s, {errc::unknown_command, 0, "HELLO", 0}},
        excerpt_row{
            "NoColon", "MESSAGE\nab\nc"s, {errc::header_without_colon, 8, "MESSAGE\nab", 8}},
        excerpt_row{"NoName", "MESSAGE\n:ab\nc"s, {errc::empty_header_name, 8, "MESSAGE\n:ab", 8}},
        excerpt_row{
            "Escape", "MESSAGE\na:\\tb\nc"s, {errc::undefined_escape, 10, "MESSAGE\na:\\tb", 10}},
        excerpt_row{"NotUtf8",
                    "MESSAGE\na:\xFF\nc"s,
                    {errc::header_octets_not_utf8, 10, "MESSAGE\na:\xFF", 10}},
        excerpt_row{"Length",
                    "MESSAGE\ncontent-length:x\n\nc"s,
                    {errc::bad_content_length, 8, "MESSAGE\ncontent-length:x", 8}},
        excerpt_row{"LengthAboveTheLimit",
                    "MESSAGE\ncontent-length:99999999\n\nc"s,
                    {errc::frame_too_long, 8, "MESSAGE\ncontent-length:99999999", 8}},
        excerpt_row{
            "BodyNotAllowed", "RECEIPT\n\nab\0c"s, {errc::body_not_allowed, 9, "RECEIPT\n\na", 9}},
        excerpt_row{"CountedBodyNotAllowed",
                    "RECEIPT\ncontent-length:2\n\nab\0"s,
                    {errc::body_not_allowed, 26, "RECEIPT\ncontent-length:2\n\n", 26}},
        excerpt_row{"NoNul",
                    "MESSAGE\ncontent-length:1\n\nabc"s,
                    {errc::missing_null_octet, 27, "MESSAGE\ncontent-length:1\n\nab", 27}},
        excerpt_row{"NoNulBeforeTheNextFrame",
                    "RECEIPT\n\nMESSAGE\n\n\0"s,
                    {errc::missing_null_octet, 9, "RECEIPT\n\nM", 9}},
        excerpt_row{
            "Unfinished", "MESSAGE\n\nab"s, {errc::unfinished_frame, 11, "MESSAGE\n\nab", 11}}),
    [](const auto& each) { return std::string{each.param.name}; });

} // namespace
} // namespace rhombus::stomp
