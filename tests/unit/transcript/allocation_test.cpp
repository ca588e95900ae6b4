#include <rhombus/transcript/block_reader.hpp>
#include <rhombus/transcript/file.hpp>
#include <rhombus/transcript/json_lines.hpp>
#include <rhombus/transcript/redactor.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>
#include <sstream>
#include <vector>

namespace {

std::atomic<std::uint64_t> allocations{0};

void* counted(std::size_t octets) {
    ++allocations;
    if (auto* const memory = std::malloc(octets == 0 ? 1 : octets))
        return memory;
    throw std::bad_alloc{};
}

} // namespace

void* operator new(std::size_t octets) {
    return counted(octets);
}
void* operator new[](std::size_t octets) {
    return counted(octets);
}
// AddressSanitizer brings these of its own, which would not fit the deletes below.
void* operator new(std::size_t octets, const std::nothrow_t& /*tag*/) noexcept {
    ++allocations;
    return std::malloc(octets == 0 ? 1 : octets);
}
void* operator new[](std::size_t octets, const std::nothrow_t& tag) noexcept {
    return operator new(octets, tag);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t /*octets*/) noexcept {
    std::free(memory);
}
void operator delete[](void* memory) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t /*octets*/) noexcept {
    std::free(memory);
}

namespace rhombus::transcript {
namespace {

constexpr int rounds = 100;

/// @returns how often memory was asked for in later rounds of the work, the first being free.
template <class Work>
std::uint64_t allocations_of(const Work& work) {
    work();
    work();
    const auto before = allocations.load();
    for (int i = 0; i < rounds; ++i)
        work();
    return allocations.load() - before;
}

std::string golden_text() {
    std::ostringstream text;
    text << std::ifstream{RHOMBUS_SOURCE_DIR "/tests/golden/transcript.jsonl"}.rdbuf();
    return text.str();
}

std::vector<record> golden_records() {
    std::istringstream lines{golden_text()};
    std::vector<record> records;
    for (std::string line; std::getline(lines, line);)
        records.push_back(*from_line(line));
    return records;
}

TEST(Allocation, IsCountedHere) {
    EXPECT_EQ(allocations_of([] { delete new int{1}; }), static_cast<std::uint64_t>(rounds));
}

TEST(Allocation, WritingLinesOfEveryKindNeedsNone) {
    const auto records = golden_records();
    line_buffer lines;
    EXPECT_EQ(allocations_of([&] {
                  for (const auto& one : records)
                      lines.append(one);
                  lines.clear();
              }),
              0U);
}

TEST(Allocation, WritingAFileNeedsNone) {
    auto records = golden_records();
    records.pop_back(); // the end would flush each time
    auto file = file_writer::open("/dev/null", flushing::each_second);
    ASSERT_TRUE(file);
    EXPECT_EQ(allocations_of([&] {
                  for (const auto& one : records)
                      file->write(one);
                  file->flush();
              }),
              0U);
}

TEST(Allocation, ReadingFramesAndNotesNeedsNone) {
    const std::vector<std::string> lines{
        to_line({.what = ws_frame{.mask = "37fa213d",
                                  .payload =
                                      "MESSAGE\n\n{\"a\":\"long enough for no small string\"}"}}),
        to_line({.what = note{"a note that is longer than sixteen octets"}}),
        to_line({.what = ws_frame{.opcode = 2, .payload = "\xFF with more octets than sixteen"}}),
        to_line({.what = http_request{.purpose = "upgrade",
                                      .method = "GET",
                                      .target = "/websocket?with=a-longer-target",
                                      .headers = {{"User-Agent", "one that is rather long"}}},
                 .redacted = {{"/headers/0/1/and-more", 4}}})};
    line_reader reader;
    EXPECT_EQ(allocations_of([&] {
                  for (const auto& line : lines)
                      ASSERT_TRUE(reader.read(line));
              }),
              0U);
}

TEST(Allocation, ReadingInBlocksNeedsNoMoreForMoreRecords) {
    const auto frame = to_line({.what = ws_frame{.payload = std::string(500, 'x')}}) + "\n";
    block_reader reader{"test", [](const record&) {}};
    ASSERT_TRUE(reader.feed(to_line({.what = header{.schema = std::string{schema_name}}}) + "\n"));
    EXPECT_EQ(allocations_of([&] {
                  const std::string_view text{frame};
                  ASSERT_TRUE(reader.feed(text.substr(0, 100)));
                  ASSERT_TRUE(reader.feed(text.substr(100)));
              }),
              0U);
}

TEST(Allocation, RedactingWhatHoldsNoSecretNeedsNone) {
    redactor secrets;
    secrets.add("rest", "canary-0123456789-rest");
    secrets.add("websocket", "canary-0123456789-ws");
    auto records = golden_records();
    EXPECT_EQ(allocations_of([&] {
                  std::string begun;
                  for (auto& one : records)
                      secrets.clean(one, begun);
              }),
              0U);
}

} // namespace
} // namespace rhombus::transcript
