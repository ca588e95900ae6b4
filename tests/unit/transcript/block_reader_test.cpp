#include <rhombus/transcript/block_reader.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace rhombus::transcript {
namespace {

std::string golden() {
    std::ostringstream text;
    text << std::ifstream{RHOMBUS_SOURCE_DIR "/tests/golden/transcript.jsonl"}.rdbuf();
    return text.str();
}

/// What a reader makes of a text in blocks: its lines written again, and how it ended.
struct outcome {
    std::string lines;
    std::string end;

    bool operator==(const outcome&) const = default;
};
void PrintTo(const outcome& one, std::ostream* out) {
    *out << one.end << '\n' << one.lines;
}

outcome read(std::string_view text, std::size_t block, read_options options = {}) {
    outcome made;
    block_reader reader{"x", [&](const record& one) { made.lines += to_line(one) + '\n'; },
                        options};
    for (std::size_t at = 0; at < text.size(); at += block) {
        // A block of its own, so that reading beyond it is seen by the address sanitizer.
        const std::vector<char> piece{text.begin() + static_cast<long>(at),
                                      text.begin() +
                                          static_cast<long>(std::min(at + block, text.size()))};
        if (const auto fed = reader.feed({piece.data(), piece.size()}); !fed) {
            made.end = fed.error().message;
            EXPECT_EQ(reader.finish().error().message, made.end) << "the error stays";
            return made;
        }
    }
    const auto totals = reader.finish();
    if (totals)
        made.end =
            (totals->complete ? "complete " : "truncated ") + std::to_string(totals->records);
    else
        made.end = totals.error().message;
    return made;
}

TEST(BlockReader, TheGoldenTranscriptInBlocksOfAnySize) {
    const auto text = golden();
    for (const std::size_t block : {1U, 2U, 3U, 7U, 63U, 64U, 65U, 100U, 1000U, 100'000U})
        EXPECT_EQ(read(text, block), (outcome{text, "complete 29"})) << block;
}

TEST(BlockReader, AnyCutOfTheGoldenTranscriptIsTruncation) {
    const auto text = golden();
    for (std::size_t cut = 1; cut < text.size() - 1; ++cut) {
        const auto made = read(std::string_view{text}.substr(0, cut), 5000);
        const auto whole = std::count(text.begin(), text.begin() + static_cast<long>(cut), '\n');
        // A line that lacks nothing but its LF is read.
        EXPECT_EQ(made.end, "truncated " + std::to_string(whole + (text[cut] == '\n' ? 1 : 0)))
            << cut;
    }
    EXPECT_EQ(read(std::string_view{text}.substr(0, text.size() - 1), 5000).end, "complete 29");
}

TEST(BlockReader, OneWrongOctetAnywhereIsNeverReadBeyondItsLine) {
    const auto text = golden();
    for (std::size_t at = 0; at < text.size(); at += 3) {
        auto wrong = text;
        wrong[at] = '\xFF';
        const auto number =
            std::count(text.begin(), text.begin() + static_cast<long>(at), '\n') + 1;
        const auto made = read(wrong, 4096);
        if (text[at] == '\n')
            continue; // two lines are one then
        EXPECT_EQ(made.end, "x:" + std::to_string(number) + ": expected UTF-8") << at;
        EXPECT_EQ(std::count(made.lines.begin(), made.lines.end(), '\n'), number - 1);
    }
}

TEST(BlockReader, TheLimitOfALineHoldsInEveryBlockSize) {
    const auto text = golden();
    for (const std::size_t block : {1U, 50U, 100'000U}) {
        EXPECT_EQ(read(text, block, {.line_octets = 100}).end,
                  "x:1: expected at most 100 octets in a line");
    }
}

TEST(BlockReader, AnEmptyTranscriptIsNone) {
    EXPECT_EQ(read("", 1).end, "x: expected a transcript, the file is empty");
    EXPECT_EQ(read("\n", 1).end, "x:1: expected one JSON object");
}

TEST(BlockReader, TheFirstRecordIsAHeader) {
    const auto text = golden();
    EXPECT_EQ(read(text.substr(text.find('\n') + 1), 100).end,
              "x:1: field kind: expected header in the first line");
}

} // namespace
} // namespace rhombus::transcript
