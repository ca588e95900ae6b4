#include <rhombus/transcript/json_lines.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <ostream>
#include <string>
#include <vector>

namespace rhombus::transcript {
namespace {

std::vector<std::string> golden_lines() {
    std::ifstream file{RHOMBUS_SOURCE_DIR "/tests/golden/transcript.jsonl"};
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

TEST(JsonLines, EveryGoldenLineIsWrittenAsItWasRead) {
    const auto lines = golden_lines();
    ASSERT_GE(lines.size(), std::variant_size_v<detail>);
    for (const auto& line : lines) {
        const auto read = from_line(line);
        ASSERT_TRUE(read) << line << "\n" << read.error().field << ' ' << read.error().expected;
        EXPECT_EQ(to_line(*read), line);
    }
}

TEST(JsonLines, TheGoldenFileHoldsEveryKind) {
    std::vector<bool> seen_kinds(std::variant_size_v<detail>);
    for (const auto& line : golden_lines())
        seen_kinds[from_line(line)->what.index()] = true;
    EXPECT_EQ(seen_kinds, std::vector<bool>(std::variant_size_v<detail>, true));
}

TEST(JsonLines, PayloadThatIsNotUtf8IsBase64AndComesBack) {
    const std::string octets{"\xC3\x28\x00", 3};
    const auto line = to_line({.what = ws_frame{.opcode = 2, .octets = 3, .payload = octets}});
    EXPECT_NE(line.find(R"("base64":"wygA")"), std::string::npos) << line;
    EXPECT_EQ(std::get<ws_frame>(from_line(line)->what).payload, octets);
}

struct utf8_row {
    const char* name;
    std::string octets;
    bool text;
};
void PrintTo(const utf8_row& row, std::ostream* out) {
    *out << row.name;
}
class PayloadForm : public testing::TestWithParam<utf8_row> {};

TEST_P(PayloadForm, IsTextOnlyForWellFormedUtf8) {
    const auto line = to_line({.what = ws_frame{.payload = GetParam().octets}});
    EXPECT_EQ(line.find("\"text\"") != std::string::npos, GetParam().text) << line;
}

INSTANTIATE_TEST_SUITE_P(Unicode, PayloadForm,
                         testing::Values(utf8_row{"Empty", "", true},
                                         utf8_row{"LastTwoOctetCharacter", "\xDF\xBF", true},
                                         utf8_row{"LastCharacter", "\xF4\x8F\xBF\xBF", true},
                                         utf8_row{"BeyondLastCharacter", "\xF4\x90\x80\x80", false},
                                         utf8_row{"Overlong", "\xC0\xAF", false},
                                         utf8_row{"OverlongThree", "\xE0\x80\xAF", false},
                                         utf8_row{"Surrogate", "\xED\xA0\x80", false},
                                         utf8_row{"CutCharacter", "a\xC3", false},
                                         utf8_row{"LoneContinuation", "\x80", false}),
                         [](const auto& row) { return std::string{row.param.name}; });

struct bad_line {
    const char* name;
    const char* line;
    const char* field;
    const char* expected;
};
void PrintTo(const bad_line& row, std::ostream* out) {
    *out << row.name;
}
class BadLine : public testing::TestWithParam<bad_line> {};

TEST_P(BadLine, IsRefusedWithTheFieldAndWhatWasExpected) {
    const auto read = from_line(GetParam().line);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().field, GetParam().field);
    EXPECT_EQ(read.error().expected, GetParam().expected);
}

#define COMMON R"("t_ns":1,"wall":"2026-03-31T00:00:00.000Z","conn":0,"from":"tool")"

INSTANTIATE_TEST_SUITE_P(
    Shapes, BadLine,
    testing::Values(
        bad_line{"NoJson", "{", "", "one JSON object"},
        bad_line{"List", "[]", "", "one JSON object"},
        bad_line{"NoNumber", "{" COMMON R"(,"kind":"note","text":""})", "n", "this member"},
        bad_line{"NegativeNumber", R"({"n":-1,)" COMMON R"(,"kind":"note","text":""})", "n",
                 "an integer from 0 to 18446744073709551615"},
        bad_line{"UnknownKind", R"({"n":0,)" COMMON R"(,"kind":"new"})", "kind",
                 "a kind of record that this version knows"},
        bad_line{"MemberMissing", R"({"n":0,)" COMMON R"(,"kind":"note"})", "text", "this member"},
        bad_line{"PortTooLarge",
                 R"({"n":0,)" COMMON R"(,"kind":"tcp.connected","address":"a","port":65536})",
                 "port", "an integer from 0 to 65535"},
        bad_line{
            "HeaderNoPair",
            R"({"n":0,)" COMMON
            R"(,"kind":"http.response","purpose":"rest","status":200,"headers":[["a"]],"body":"","body_octets":0})",
            "headers.0", "a pair of name and value"},
        bad_line{"NoBase64", R"({"n":0,)" COMMON R"(,"kind":"ws.raw","base64":"?","rule":"5.2"})",
                 "base64", "base64"},
        bad_line{
            "BadTime",
            R"({"n":0,"t_ns":1,"wall":"yesterday","conn":0,"from":"tool","kind":"note","text":""})",
            "wall", "a time such as 2026-03-31T00:00:00.000Z"},
        bad_line{"NoUtf8", "{\"n\":0,\"x\":\"\xC3\"}", "", "UTF-8"},
        bad_line{"Trailing", R"({"n":0,)" COMMON R"(,"kind":"note","text":""}x)", "",
                 "one JSON object"},
        bad_line{"UnknownMemberNoJson", R"({"n":0,)" COMMON R"(,"kind":"note","text":"","x":"\q"})",
                 "", "one JSON object"},
        bad_line{"LoneSurrogate", R"({"n":0,)" COMMON R"(,"kind":"note","text":"\ud800"})", "",
                 "one JSON object"},
        bad_line{"Twice", R"({"n":0,)" COMMON R"(,"kind":"note","text":"a","text":"b"})", "text",
                 "this member once"},
        bad_line{"UnknownTwice", R"({"n":0,)" COMMON R"(,"kind":"note","text":"","x":1,"x":2})",
                 "x", "this member once"},
        bad_line{"Fraction", R"({"n":1.0,)" COMMON R"(,"kind":"note","text":""})", "n",
                 "an integer"},
        bad_line{"BeyondAnyInteger",
                 R"({"n":18446744073709551616,)" COMMON R"(,"kind":"note","text":""})", "n",
                 "an integer"},
        bad_line{"From",
                 R"({"n":0,"t_ns":1,"wall":"2026-03-31T00:00:00.000Z","conn":0,)"
                 R"("from":"me","kind":"note","text":""})",
                 "from", "client, server or tool"},
        bad_line{"NoSuchDay",
                 R"({"n":0,"t_ns":1,"wall":"2026-02-30T00:00:00.000Z","conn":0,)"
                 R"("from":"tool","kind":"note","text":""})",
                 "wall", "a time such as 2026-03-31T00:00:00.000Z"},
        bad_line{"EventNoObject", R"({"n":0,)" COMMON R"(,"kind":"client.event","event":[]})",
                 "event", "an object"},
        bad_line{"RedactedNoList", R"({"n":0,)" COMMON R"(,"kind":"note","text":"","redacted":1})",
                 "redacted", "a list"},
        bad_line{"RedactedMember",
                 R"({"n":0,)" COMMON R"(,"kind":"note","text":"","redacted":[{"at":"/text"}]})",
                 "redacted.0.octets", "this member"},
        bad_line{
            "HeaderValue",
            R"({"n":0,)" COMMON
            R"(,"kind":"http.response","purpose":"rest","status":200,"headers":[["a","b"],["a",1]],"body":"","body_octets":0})",
            "headers.1.1", "a string"},
        bad_line{
            "Schema",
            R"({"n":0,)" COMMON
            R"(,"kind":"header","schema":"rhombus/transcript/10","tool":"","version":"","vantage":"","system":"","redacted":[]})",
            "schema", "rhombus/transcript/1, which this program reads"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(JsonLines, MembersOfANewerWriterAreIgnored) {
    EXPECT_TRUE(from_line(R"({"n":0,)" COMMON R"(,"kind":"note","text":"x","colour":"red"})"));
}

TEST(JsonLines, MembersMayStandInAnyOrderWithBlanksAndEscapes) {
    const auto read = from_line(
        R"( { "redacted" : [ { "octets" : 4 , "at" : "/text" } ] , "new" : { "x" : [ 1 ] } , "text" : "\u0061b" , )"
        R"("ki\u006ed" : "no\u0074e" , "from" : "client" , "conn" : 7 , "wall" : "2026-03-31T00:00:00.000Z" , )"
        R"("t_ns" : -1 , "n" : 5 } )");
    ASSERT_TRUE(read) << read.error().field << ' ' << read.error().expected;
    EXPECT_EQ(to_line(*read),
              R"({"n":5,"t_ns":-1,"wall":"2026-03-31T00:00:00.000Z","conn":7,"from":"client",)"
              R"("kind":"note","text":"ab","redacted":[{"at":"/text","octets":4}]})");
}

TEST(JsonLines, AReaderThatIsUsedAgainForgetsWhatItReadBefore) {
    line_reader reader;
    for (const auto& first : golden_lines()) {
        for (const auto& line : golden_lines()) {
            ASSERT_TRUE(reader.read(first));
            const auto read = reader.read(line);
            ASSERT_TRUE(read);
            ASSERT_EQ(to_line(**read), line) << "after " << first;
        }
    }
}

TEST(JsonLines, ABufferThatIsUsedAgainWritesTheSame) {
    line_buffer lines;
    std::string expected;
    for (const auto& line : golden_lines()) {
        lines.append(*from_line(line));
        expected += line + '\n';
    }
    EXPECT_EQ(lines.text(), expected);
    lines.clear();
    lines.append({.n = 1, .what = note{"x"}}, 7);
    EXPECT_EQ(lines.text(), R"({"n":7,"t_ns":0,"wall":"1970-01-01T00:00:00.000Z","conn":0,)"
                            R"("from":"tool","kind":"note","text":"x"})"
                            "\n");
}

TEST(JsonLines, TheWallClockIsWrittenAcrossSecondsAndBackwards) {
    line_buffer lines;
    std::string walls;
    for (const auto wall_ms : std::vector<std::int64_t>{
             1'774'915'199'999, 1'774'915'200'000, 1'774'915'200'999, 1'774'915'199'001, -1, 0}) {
        lines.clear();
        lines.append({.when = {0, wall_ms}, .what = note{}});
        walls += std::string{lines.text().substr(24, 24)} + '\n';
    }
    EXPECT_EQ(walls, "2026-03-30T23:59:59.999Z\n2026-03-31T00:00:00.000Z\n"
                     "2026-03-31T00:00:00.999Z\n2026-03-30T23:59:59.001Z\n"
                     "1969-12-31T23:59:59.999Z\n1970-01-01T00:00:00.000Z\n");
}

TEST(JsonLines, TheWallClockIsReadAcrossSecondsAndMistakes) {
    line_reader reader;
    const auto wall_ms = [&](const std::string& wall) -> std::int64_t {
        const auto read = reader.read(R"({"n":0,"t_ns":1,"wall":")" + wall +
                                      R"(","conn":0,"from":"tool","kind":"note","text":""})");
        return read ? (*read)->when.wall_ms : -1;
    };
    EXPECT_EQ(wall_ms("2026-03-30T23:59:59.999Z"), 1'774'915'199'999);
    EXPECT_EQ(wall_ms("2026-03-30T23:59:59.000Z"), 1'774'915'199'000);
    EXPECT_EQ(wall_ms("2026-03-31T00:00:00.001Z"), 1'774'915'200'001);
    EXPECT_EQ(wall_ms("2026-03-31T00:00:00.01xZ"), -1);
    EXPECT_EQ(wall_ms("2026-03-31T00:00:00.0011"), -1);
    EXPECT_EQ(wall_ms("2026-03-31T00:00:00.01Z"), -1);
    EXPECT_EQ(wall_ms("2026-03-31T00:00:00.0011Z"), -1);
    EXPECT_EQ(wall_ms("2026-03-31T00:00:00.999Z"), 1'774'915'200'999);
}

TEST(JsonLines, AnEventIsKeptToTheOctet) {
    const std::string event = R"({"big":123456789012345678901234567890,"x":1.50,"s":"\u00e9\/"})";
    const auto line = to_line({.what = client_event{event}});
    EXPECT_NE(line.find("\"event\":" + event), std::string::npos) << line;
    EXPECT_EQ(std::get<client_event>(from_line(line)->what).event, event);
}

TEST(JsonLines, AnEventThatIsWrittenAsOneCanBeReadAgainHoweverDeep) {
    for (const std::size_t depth : {100U, 254U, 255U, 256U, 257U}) {
        std::string event =
            R"({"a":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + '}';
        const auto line = to_line({.what = client_event{event}});
        EXPECT_EQ(line.find(R"({"text":)") == std::string::npos, depth < 256) << depth;
        EXPECT_TRUE(from_line(line)) << depth;
    }
}

TEST(JsonLines, MoreMembersThanAnyRecordHasAreRefused) {
    std::string many = R"({"n":0)";
    for (int i = 0; i < 100; ++i)
        many += ",\"x" + std::to_string(i) + "\":1";
    EXPECT_EQ(from_line(many + '}').error().expected, "one JSON object of at most 64 members");
}

TEST(JsonLines, ADeeplyNestedEventIsKeptAsTextInsteadOfRecursedInto) {
    const std::string deep = R"({"a":)" + std::string(100'000, '[');
    const auto line = to_line({.what = client_event{deep}});
    EXPECT_NE(line.find(R"("event":{"text":"{\"a\":[[[)"), std::string::npos);
}

} // namespace
} // namespace rhombus::transcript
