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
            "wall", "a time such as 2026-03-31T00:00:00.000Z"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(JsonLines, MembersOfANewerWriterAreIgnored) {
    EXPECT_TRUE(from_line(R"({"n":0,)" COMMON R"(,"kind":"note","text":"x","colour":"red"})"));
}

TEST(JsonLines, ADeeplyNestedEventIsKeptAsTextInsteadOfRecursedInto) {
    const std::string deep = R"({"a":)" + std::string(100'000, '[');
    const auto line = to_line({.what = client_event{deep}});
    EXPECT_NE(line.find(R"("event":{"text":"{\"a\":[[[)"), std::string::npos);
}

} // namespace
} // namespace rhombus::transcript
