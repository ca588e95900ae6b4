#include "reading.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace rhombus::stomp {
namespace {

using namespace std::string_literals;

/// One input, and what each attitude makes of it.
struct row {
    const char* name;
    std::string octets;
    reading strictly;
    reading explained = {}; ///< Empty: the same.
    direction side = direction::from_server;
};
void PrintTo(const row& subject, std::ostream* out) {
    *out << subject.name;
}

class Catalogue : public testing::TestWithParam<row> {};

TEST_P(Catalogue, IsReadStrictlyTheSameHoweverItIsCut) {
    EXPECT_EQ(read_every_cut(GetParam().octets, {.side = GetParam().side}), GetParam().strictly);
}

TEST_P(Catalogue, IsExplainedTheSameHoweverItIsCut) {
    const auto& expected =
        GetParam().explained.empty() ? GetParam().strictly : GetParam().explained;
    EXPECT_EQ(read_every_cut(GetParam().octets, {.side = GetParam().side, .attitude = explaining}),
              expected);
}

const std::string next_frame = "MESSAGE\n\nx\0"s;

INSTANTIATE_TEST_SUITE_P(
    Frames, Catalogue,
    testing::Values(
        row{"F401NoNull", "CONNECTED\nversion:1.2\n\n", {"inside"}, {}},
        row{"F401NoNullBeforeTheNextFrame",
            "CONNECTED\nversion:1.2\n\n"s + next_frame,
            {"violation missing-null-octet 23"},
            {"note missing-null-octet 23", "frame 0+23 CONNECTED version=1.2",
             "frame 23+11 MESSAGE x"}},
        row{"F402NoNullBehindACountedBody",
            "MESSAGE\ncontent-length:2\n\n{}"s + next_frame,
            {"violation missing-null-octet 28"},
            {"note missing-null-octet 28", "frame 0+28 MESSAGE content-length=2 {}",
             "frame 28+11 MESSAGE x"}},
        row{"F402NoNullBehindAnOpenBody",
            "MESSAGE\n\n{}"s + next_frame,
            {"frame 0+22 MESSAGE {}MESSAGE\n\nx"}},
        row{"F403NoEmptyLine",
            "MESSAGE\nsubscription:s\n{\"a\":1}\0"s + next_frame,
            {"violation null-octet-in-headers 30"},
            {"note null-octet-in-headers 30", "frame 0+31 MESSAGE subscription=s {\"a\":1}",
             "frame 31+11 MESSAGE x"}},
        row{"F404CarriageReturns", "MESSAGE\r\na:b\r\n\r\n{}\0"s, {"frame 0+19 MESSAGE a=b {}"}},
        row{"F405MixedLineEnds", "MESSAGE\r\na:b\n\r\n{}\0"s, {"frame 0+18 MESSAGE a=b {}"}},
        row{"F406BareCarriageReturn",
            "MESSAGE\na\rb:c\rd\n\n\0"s + next_frame,
            {"violation bare-carriage-return 9"},
            {"note bare-carriage-return 9", "note bare-carriage-return 13",
             "frame 0+18 MESSAGE a\rb=c\rd", "frame 18+11 MESSAGE x"}},
        row{"F406BareCarriageReturnBetweenFrames",
            "\rMESSAGE\n\nx\0"s,
            {"violation bare-carriage-return 0"},
            {"note bare-carriage-return 0", "skipped 0+1", "frame 1+11 MESSAGE x"}},
        row{"F407LineFeedAfterNull", next_frame + "\n", {"frame 0+11 MESSAGE x", "eol 11"}},
        row{"F407CarriageReturnLineFeedAfterNull",
            next_frame + "\r\n\n",
            {"frame 0+11 MESSAGE x", "eol 12", "eol 13"}},
        row{"F408LineFeedsBeforeTheCommand",
            "\n\n"s + next_frame,
            {"eol 0", "eol 1", "frame 2+11 MESSAGE x"}},
        row{"F409TwoFrames",
            next_frame + next_frame,
            {"frame 0+11 MESSAGE x", "frame 11+11 MESSAGE x"}},
        row{"F411OneAndAHalf", next_frame + "MESSAGE\na:", {"frame 0+11 MESSAGE x", "inside"}},
        row{"F412NullInACountedBody",
            "MESSAGE\ncontent-length:3\n\na\0b\0"s + next_frame,
            {"frame 0+30 MESSAGE content-length=3 a\0b"s, "frame 30+11 MESSAGE x"}},
        row{"F413NullInAnOpenBody",
            "MESSAGE\n\na\0b\0"s + next_frame,
            {"frame 0+11 MESSAGE a", "violation null-octet-in-headers 12"},
            {"frame 0+11 MESSAGE a", "note null-octet-in-headers 12", "note unknown-command 11",
             "frame 11+2 b", "frame 13+11 MESSAGE x"}},
        row{"F414LengthTooSmall",
            "MESSAGE\ncontent-length:1\n\nab\0"s + next_frame,
            {"violation missing-null-octet 27"},
            {"note missing-null-octet 27", "frame 0+29 MESSAGE content-length=1 ab",
             "frame 29+11 MESSAGE x"}},
        row{"F415LengthTooLargeByOne",
            "MESSAGE\ncontent-length:3\n\nab\0"s + next_frame,
            {"violation missing-null-octet 29"},
            {"note missing-null-octet 29", "frame 0+29 MESSAGE content-length=3 ab",
             "frame 29+11 MESSAGE x"}},
        row{"F415LengthMuchTooLarge", "MESSAGE\ncontent-length:1000\n\nab\0"s, {"inside"}},
        row{"F416NegativeLength",
            "MESSAGE\ncontent-length:-1\n\nab\0"s,
            {"violation bad-content-length 8"},
            {"note bad-content-length 8", "frame 0+30 MESSAGE content-length=-1 ab"}},
        row{"F416NotANumber",
            "MESSAGE\ncontent-length:abc\n\n\0"s,
            {"violation bad-content-length 8"},
            {"note bad-content-length 8", "frame 0+29 MESSAGE content-length=abc"}},
        row{"F416Empty",
            "MESSAGE\ncontent-length:\n\n\0"s,
            {"violation bad-content-length 8"},
            {"note bad-content-length 8", "frame 0+26 MESSAGE content-length="}},
        row{"F416Hexadecimal",
            "MESSAGE\ncontent-length:0x10\n\n\0"s,
            {"violation bad-content-length 8"},
            {"note bad-content-length 8", "frame 0+30 MESSAGE content-length=0x10"}},
        row{"F416Listed",
            "MESSAGE\ncontent-length:5, 5\n\nabcde\0"s,
            {"violation bad-content-length 8"},
            {"note bad-content-length 8", "frame 0+35 MESSAGE content-length=5, 5 abcde"}},
        row{"F416AboveTheLimit",
            "MESSAGE\ncontent-length:99999999999\n\n\0"s,
            {"violation frame-too-long 8"},
            {"note frame-too-long 8", "frame 0+37 MESSAGE content-length=99999999999"}},
        row{"F416AboveEveryNumber",
            "MESSAGE\ncontent-length:99999999999999999999999\n\n\0"s,
            {"violation bad-content-length 8"},
            {"note bad-content-length 8",
             "frame 0+49 MESSAGE content-length=99999999999999999999999"}},
        row{"F417NoAllocation",
            "MESSAGE\ncontent-length:2147483647\n\nab\0"s,
            {"violation frame-too-long 8"},
            {"note frame-too-long 8", "frame 0+38 MESSAGE content-length=2147483647 ab"}},
        row{"F418CountsOctets",
            "MESSAGE\ncontent-length:2\n\n\xC3\xA9\0"s,
            {"frame 0+29 MESSAGE content-length=2 \xC3\xA9"}},
        row{"F419NoLength", "MESSAGE\n\n{\"a\":1}\0"s, {"frame 0+17 MESSAGE {\"a\":1}"}},
        row{"F420FirstContentLengthCounts",
            "MESSAGE\ncontent-length:1\ncontent-length:9\n\nx\0"s,
            {"frame 0+45 MESSAGE content-length=1 content-length=9 x"}},
        row{"F422Escapes",
            "MESSAGE\n\\cn:\\\\n\\\\\\c\nr:\\r\\n\n\n\0"s,
            {"frame 0+29 MESSAGE :n=\\n\\: r=\r\n"}},
        row{"F423UndefinedEscape",
            "MESSAGE\nab:c\\t\\n\n\n\0"s + next_frame,
            {"violation undefined-escape 12"},
            {"note undefined-escape 12", "frame 0+19 MESSAGE ab=c\\t\n", "frame 19+11 MESSAGE x"}},
        row{"F423TrailingBackslash",
            "MESSAGE\nab:c\\\n\n\0"s,
            {"violation undefined-escape 12"},
            {"note undefined-escape 12", "frame 0+16 MESSAGE ab=c\\"}},
        row{"F423BackslashBeforeTheColon",
            "MESSAGE\na\\:b\n\n\0"s,
            {"violation undefined-escape 9"},
            {"note undefined-escape 9", "frame 0+15 MESSAGE a\\=b"}},
        row{"F424ConnectedIsRaw",
            "CONNECTED\nserver:a\\tb\nsession:x:y\n\n\0"s,
            {"frame 0+36 CONNECTED server=a\\tb session=x:y"}},
        row{"F425NoColon",
            "MESSAGE\nabc\nd:e\n\n\0"s,
            {"violation header-without-colon 8"},
            {"note header-without-colon 8", "frame 0+18 MESSAGE abc= d=e"}},
        row{"F425EmptyName",
            "MESSAGE\n:abc\n\n\0"s,
            {"violation empty-header-name 8"},
            {"note empty-header-name 8", "frame 0+15 MESSAGE =abc"}},
        row{"F426ValuesAreKept",
            "MESSAGE\nfoo:\nbar: v \nbaz:a:b\n\n\0"s,
            {"frame 0+31 MESSAGE foo= bar= v  baz=a:b"}},
        row{"F429UnknownCommand",
            "HELLO\n\n\0"s + next_frame,
            {"violation unknown-command 0"},
            {"note unknown-command 0", "frame 0+8 HELLO", "frame 8+11 MESSAGE x"}},
        row{"F429LowerCase",
            "message\n\n\0"s,
            {"violation unknown-command 0"},
            {"note unknown-command 0", "frame 0+10 message"}},
        row{"F429OpenBodyOnConnected",
            "CONNECTED\nversion:1.2\n\nhello, this is a body\0"s,
            {"violation body-not-allowed 23"},
            {"note body-not-allowed 23", "frame 0+45 CONNECTED version=1.2 hello, this is a body"}},
        row{"F429ShortBodyOnReceipt",
            "RECEIPT\nreceipt-id:1\n\nab\0"s,
            {"violation body-not-allowed 22"},
            {"note body-not-allowed 22", "frame 0+25 RECEIPT receipt-id=1 ab"}},
        row{"F429CountedBodyOnReceipt",
            "RECEIPT\nreceipt-id:1\ncontent-length:2\n\nab\0"s,
            {"violation body-not-allowed 39"},
            {"note body-not-allowed 39", "frame 0+42 RECEIPT receipt-id=1 content-length=2 ab"}},
        row{"F431UnknownHeaders",
            "MESSAGE\nheart-beat:1,1\nx-what:ever\n\n\0"s,
            {"frame 0+37 MESSAGE heart-beat=1,1 x-what=ever"}},
        row{"F432NotUtf8",
            "MESSAGE\na:b\xC3\x28\n\n\0"s + next_frame,
            {"violation header-octets-not-utf8 11"},
            {"note header-octets-not-utf8 11", "frame 0+16 MESSAGE a=b\xC3\x28",
             "frame 16+11 MESSAGE x"}},
        row{"NullBetweenFrames",
            "\n\0"s + next_frame,
            {"eol 0", "violation null-octet-between-frames 1"},
            {"eol 0", "note null-octet-between-frames 1", "skipped 1+1", "frame 2+11 MESSAGE x"}},
        row{"NoEmptyLineAndNoBody",
            "CONNECTED\nversion:1.2\nheart-beat:0,0\0"s,
            {"violation null-octet-in-headers 36"},
            {"note null-octet-in-headers 36", "frame 0+37 CONNECTED version=1.2 heart-beat=0,0"}},
        row{"CommandAlone",
            "RECEIPT\0"s + next_frame,
            {"violation null-octet-in-headers 7"},
            {"note null-octet-in-headers 7", "frame 0+8 RECEIPT", "frame 8+11 MESSAGE x"}},
        row{"SeveralFaultsInOneFrame",
            "message\nabc\na:\\t\n\n\0"s,
            {"violation unknown-command 0"},
            {"note unknown-command 0", "note header-without-colon 8", "note undefined-escape 14",
             "frame 0+19 message abc= a=\\t"}},
        row{"TabIsAnOrdinaryOctet", "MESSAGE\na\t:\tb\n\n\0"s, {"frame 0+16 MESSAGE a\t=\tb"}},
        row{"ClientFrame",
            "SUBSCRIBE\nid:0\ndestination:/a\\cb\n\n\0"s,
            {"frame 0+35 SUBSCRIBE id=0 destination=/a:b"},
            {},
            direction::from_client},
        row{"ServersCommandFromClient",
            "MESSAGE\n\n\0"s,
            {"violation unknown-command 0"},
            {"note unknown-command 0", "frame 0+10 MESSAGE"},
            direction::from_client}),
    [](const auto& each) { return std::string{each.param.name}; });

TEST(FrameReader, F410PutsAFrameTogetherFromAnyNumberOfPieces) {
    const auto octets = "\nMESSAGE\r\nid:a\\nb\ncontent-length:4\n\n{\0}\n\0\n"s;
    EXPECT_EQ(read_every_cut(octets, {}),
              (reading{"eol 0", "frame 1+40 MESSAGE id=a\nb content-length=4 {\0}\n"s, "eol 41"}));
}

TEST(FrameReader, F409HoldsItsLimitsFrameByFrame) {
    std::string many;
    for (int i = 0; i < 50; ++i)
        many += "MESSAGE\na:b\n\n" + std::string(20, 'x') + '\0';
    const reader_options tight{
        .limits = {
            .command_octets = 9, .header_count = 1, .header_octets = 13, .frame_octets = 40}};
    EXPECT_EQ(read_pieces({many}, tight, at_the_end::wait).size(), 50U);
}

/// Each limit, what just reaches it and what exceeds it by one octet.
struct limit_row {
    const char* name;
    std::string reaches;
    std::string exceeds;
    const char* violation;
    reading explained;
};
void PrintTo(const limit_row& subject, std::ostream* out) {
    *out << subject.name;
}

class Limits : public testing::TestWithParam<limit_row> {
protected:
    static constexpr parser_limits limits{
        .command_octets = 9, .header_count = 2, .header_octets = 40, .frame_octets = 60};
};

TEST_P(Limits, LetPassWhatReachesThem) {
    const auto read = read_every_cut(GetParam().reaches, {.limits = limits});
    ASSERT_EQ(read.size(), 1U);
    EXPECT_TRUE(read.front().starts_with("frame")) << read.front();
}

TEST_P(Limits, EndWhatExceedsThem) {
    EXPECT_EQ(read_every_cut(GetParam().exceeds, {.limits = limits}),
              reading{GetParam().violation});
}

TEST_P(Limits, AreExplainedAndTheNextFrameIsFound) {
    EXPECT_EQ(read_every_cut(GetParam().exceeds + "\0MESSAGE\n\nx\0"s,
                             {.attitude = explaining, .limits = limits}),
              GetParam().explained);
}

INSTANTIATE_TEST_SUITE_P(
    F428, Limits,
    testing::Values(limit_row{"Command",
                              "CONNECTED\n\n\0"s,
                              "CONNECTEDX",
                              "violation command-too-long 9",
                              {"note command-too-long 9", "skipped 0+11", "frame 11+11 MESSAGE x"}},
                    limit_row{"HeaderCount",
                              "MESSAGE\na:1\nb:2\n\n\0"s,
                              "MESSAGE\na:1\nb:2\nc:3\nd:4\n\n",
                              "violation too-many-headers 16",
                              {"note too-many-headers 16", "frame 0+26 MESSAGE a=1 b=2",
                               "frame 26+11 MESSAGE x"}},
                    limit_row{
                        "HeaderOctets",
                        "MESSAGE\na:" + std::string(29, 'x') + "\n\n\0"s,
                        "MESSAGE\na:" + std::string(31, 'x'),
                        "violation headers-too-long 40",
                        {"note headers-too-long 40", "skipped 0+42", "frame 42+11 MESSAGE x"}},
                    limit_row{"FrameOctets",
                              "MESSAGE\n\n" + std::string(51, 'x') + '\0',
                              "MESSAGE\n\n" + std::string(52, 'x'),
                              "violation frame-too-long 60",
                              {"note frame-too-long 60", "skipped 0+62", "frame 62+11 MESSAGE x"}}),
    [](const auto& each) { return std::string{each.param.name}; });

struct version_row {
    const char* name;
    std::string octets;
    reading as_1_0;
    reading as_1_1;
    reading as_1_2;
    direction side = direction::from_server;
};
void PrintTo(const version_row& subject, std::ostream* out) {
    *out << subject.name;
}

class Versions : public testing::TestWithParam<version_row> {};

TEST_P(Versions, DifferInTheseWays) {
    const auto read = [](version which) {
        return read_every_cut(GetParam().octets, {.side = GetParam().side, .version = which});
    };
    EXPECT_EQ(read(version::v1_0), GetParam().as_1_0);
    EXPECT_EQ(read(version::v1_1), GetParam().as_1_1);
    EXPECT_EQ(read(version::v1_2), GetParam().as_1_2);
}

INSTANTIATE_TEST_SUITE_P(Spec, Versions,
                         testing::Values(version_row{"CarriageReturnBeforeLineFeed",
                                                     "MESSAGE\na:b\r\n\n\0"s,
                                                     {"frame 0+15 MESSAGE a=b\r"},
                                                     {"frame 0+15 MESSAGE a=b\r"},
                                                     {"frame 0+15 MESSAGE a=b"}},
                                         version_row{"EscapedLineFeed",
                                                     "MESSAGE\na:\\n\n\n\0"s,
                                                     {"frame 0+15 MESSAGE a=\\n"},
                                                     {"frame 0+15 MESSAGE a=\n"},
                                                     {"frame 0+15 MESSAGE a=\n"}},
                                         version_row{"EscapedCarriageReturn",
                                                     "MESSAGE\na:\\r\n\n\0"s,
                                                     {"frame 0+15 MESSAGE a=\\r"},
                                                     {"violation undefined-escape 10"},
                                                     {"frame 0+15 MESSAGE a=\r"}},
                                         version_row{"OtherEncodings",
                                                     "MESSAGE\na:\xE9\n\n\0"s,
                                                     {"frame 0+14 MESSAGE a=\xE9"},
                                                     {"violation header-octets-not-utf8 10"},
                                                     {"violation header-octets-not-utf8 10"}},
                                         version_row{
                                             "BodyOnReceipt",
                                             "RECEIPT\n\nab\0MESSAGE\n\n\0"s,
                                             {"frame 0+12 RECEIPT ab", "frame 12+10 MESSAGE"},
                                             {"violation body-not-allowed 9"},
                                             {"violation body-not-allowed 9"}},
                                         version_row{"Nack",
                                                     "NACK\n\n\0"s,
                                                     {"violation unknown-command 0"},
                                                     {"frame 0+7 NACK"},
                                                     {"frame 0+7 NACK"},
                                                     direction::from_client}),
                         [](const auto& each) { return std::string{each.param.name}; });

TEST(FrameReader, TakesAMessagesEndForTheFramesWhereTheNextMessageBeginsAnother) {
    const std::vector<std::string_view> messages{"MESSAGE\n\n{}", {"MESSAGE\n\nx\0", 11}};
    EXPECT_EQ(
        read_messages(messages, {.attitude = explaining}),
        (reading{"note missing-null-octet 11", "frame 0+11 MESSAGE {}", "frame 11+11 MESSAGE x"}));
    EXPECT_EQ(read_messages(messages, {}), (reading{"frame 0+22 MESSAGE {}MESSAGE\n\nx"}));
}

TEST(FrameReader, JoinsAFrameThatSpansMessagesWhateverItsAttitude) {
    const std::vector<std::string_view> messages{"MESSAGE\n\n{", {"}\0", 2}};
    for (const auto attitude : {strict, explaining})
        EXPECT_EQ(read_messages(messages, {.attitude = attitude}),
                  (reading{"frame 0+12 MESSAGE {}"}));
}

struct ending {
    const char* name;
    std::string octets;
    reading strictly;
    reading explained;
};
void PrintTo(const ending& subject, std::ostream* out) {
    *out << subject.name;
}

class Endings : public testing::TestWithParam<ending> {};

TEST_P(Endings, AreViolationsInsideAFrame) {
    EXPECT_EQ(read_every_cut(GetParam().octets, {}, at_the_end::finish), GetParam().strictly);
    EXPECT_EQ(read_every_cut(GetParam().octets, {.attitude = explaining}, at_the_end::finish),
              GetParam().explained);
}

INSTANTIATE_TEST_SUITE_P(
    Stream, Endings,
    testing::Values(
        ending{"BetweenFrames", "\n", {"eol 0"}, {"eol 0"}},
        ending{"F401InAnOpenBody",
               "CONNECTED\nversion:1.2\n\n",
               {"violation unfinished-frame 23"},
               {"note unfinished-frame 23", "frame 0+23 CONNECTED version=1.2"}},
        ending{"F415InACountedBody",
               "MESSAGE\ncontent-length:9\n\nab\0"s,
               {"violation unfinished-frame 29"},
               {"note unfinished-frame 29", "frame 0+29 MESSAGE content-length=9 ab\0"s}},
        ending{"F414BehindACountedBody",
               "MESSAGE\ncontent-length:2\n\nabc",
               {"violation missing-null-octet 28"},
               {"note missing-null-octet 28", "frame 0+29 MESSAGE content-length=2 abc"}},
        ending{"InTheHeaders",
               "MESSAGE\na:b\n",
               {"violation unfinished-frame 12"},
               {"note unfinished-frame 12", "skipped 0+12"}},
        ending{"F428InWhatIsSkipped",
               std::string(70, 'X'),
               {"violation command-too-long 64"},
               {"note command-too-long 64", "skipped 0+70"}},
        ending{"InACarriageReturnLineFeed",
               "\r",
               {"violation unfinished-frame 1"},
               {"note unfinished-frame 1", "skipped 0+1"}}),
    [](const auto& each) { return std::string{each.param.name}; });

TEST(FrameReader, ToleratesWhatItsAttitudeNames) {
    const auto octets = "RECEIPT\n\nab\0HELLO\n\n\0"s;
    EXPECT_EQ(read_every_cut(octets, {.attitude = forbearing}),
              (reading{"note body-not-allowed 9", "frame 0+12 RECEIPT ab",
                       "violation unknown-command 12"}));
}

TEST(FrameReader, GivesTheSameViolationForEver) {
    frame_reader reader{{}};
    reader.feed("HELLO\n\n");
    ASSERT_EQ(reader.next(), token::violation);
    reader.feed("MESSAGE\n\n");
    EXPECT_EQ(reader.next(), token::violation);
    EXPECT_EQ(reader.finish(), token::violation);
    EXPECT_EQ(reader.violation().error(), (parse_error{errc::unknown_command, 0}));
    EXPECT_EQ(reader.unfinished(), "HELLO\n\n");
    EXPECT_EQ(reader.fed(), 16U);
}

TEST(FrameReader, KeepsABoundedBeginningOfWhatBrokeARule) {
    const auto octets = "MESSAGE\na:" + std::string(5000, 'x') + "\nb\n\n";
    for (const auto size : {octets.size(), std::size_t{1}, std::size_t{100}}) {
        frame_reader reader{{}};
        for (std::size_t i = 0; i < octets.size(); i += size) {
            reader.feed(std::string_view{octets}.substr(i, size));
            static_cast<void>(reader.next());
        }
        EXPECT_EQ(reader.violation().error(), (parse_error{errc::header_without_colon, 5011}));
        EXPECT_EQ(reader.unfinished(), octets.substr(0, 4096));
        EXPECT_EQ(reader.fed(), octets.size());
    }
}

TEST(FrameReader, ShowsTheOctetsAroundAViolationTheSameHoweverTheyCome) {
    const auto octets = "MESSAGE\ncontent-length:2\n\nabc\0"s;
    for (std::size_t cut = 0; cut <= octets.size(); ++cut) {
        frame_reader reader{{}};
        const auto first = octets.substr(0, cut);
        const auto second = octets.substr(cut);
        reader.feed(first);
        if (reader.next() == token::need_more) {
            reader.feed(second);
            static_cast<void>(reader.next());
        }
        EXPECT_EQ(reader.violation(),
                  (deviation{errc::missing_null_octet, 28, "MESSAGE\ncontent-length:2\n\nabc", 28}))
            << "cut at " << cut;
    }
}

TEST(FrameReader, ListsABoundedNumberOfDeviations) {
    std::string octets = "MESSAGE\n";
    for (std::size_t i = 0; i < 2 * frame_reader::most_deviations; ++i)
        octets += "x\n";
    octets += "\n\0"s;
    frame_reader reader{{.attitude = explaining}};
    reader.feed(octets);
    ASSERT_EQ(reader.next(), token::frame);
    EXPECT_EQ(reader.deviations().size(), frame_reader::most_deviations);
    EXPECT_EQ(reader.frame().header_count(), 2 * frame_reader::most_deviations);
}

TEST(FrameReader, KeepsAnUnterminatedFrameAsEvidence) {
    frame_reader reader{{}};
    reader.feed("CONNECTED\nversion:1.2\n\n");
    EXPECT_EQ(reader.next(), token::need_more);
    EXPECT_TRUE(reader.inside_frame());
    EXPECT_EQ(reader.unfinished(), "CONNECTED\nversion:1.2\n\n");
}

} // namespace
} // namespace rhombus::stomp
