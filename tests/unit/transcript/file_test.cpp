#include <rhombus/transcript/file.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <vector>

namespace rhombus::transcript {
namespace {

namespace fs = std::filesystem;

class TranscriptFile : public testing::Test {
protected:
    fs::path path = fs::path{testing::TempDir()} /
                    (std::string{"transcript_"} +
                     testing::UnitTest::GetInstance()->current_test_info()->name() + ".jsonl");

    void TearDown() override { fs::remove(path); }

    void write_text(std::string_view text) const { std::ofstream{path, std::ios::binary} << text; }
    static std::string golden() {
        std::ostringstream text;
        text << std::ifstream{RHOMBUS_SOURCE_DIR "/tests/golden/transcript.jsonl"}.rdbuf();
        return text.str();
    }
    auto read() {
        records.clear();
        return read_file(path, [this](record&& one) { records.push_back(std::move(one)); });
    }
    std::vector<record> records;
};

TEST_F(TranscriptFile, WhatWasWrittenIsReadAgain) {
    {
        auto file = file_writer::open(path);
        ASSERT_TRUE(file);
        file->write({.what = header{.schema = "rhombus/transcript/1"}});
        file->write({.n = 1, .what = end{.records = 2}});
        EXPECT_EQ(file->failure(), "");
    }
    const auto totals = read();
    ASSERT_TRUE(totals);
    EXPECT_EQ(totals->records, 2U);
    EXPECT_TRUE(totals->complete);
    EXPECT_EQ(records.size(), 2U);
}

TEST_F(TranscriptFile, EachLineIsOnDiskBeforeTheNextComes) {
    auto file = file_writer::open(path);
    ASSERT_TRUE(file);
    file->write({.what = header{}});
    EXPECT_GT(fs::file_size(path), 0U);
}

TEST_F(TranscriptFile, OnlyItsOwnerMayReadIt) {
    ASSERT_TRUE(file_writer::open(path));
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(TranscriptFile, AFolderThatIsMissingIsNamed) {
    const auto file = file_writer::open("/nonexistent/run.jsonl");
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().message,
              "cannot write /nonexistent/run.jsonl: No such file or directory");
}

TEST_F(TranscriptFile, AFileWithoutItsEndIsTruncated) {
    const auto text = golden();
    write_text(text.substr(0, text.rfind("\n{") + 1));
    const auto totals = read();
    ASSERT_TRUE(totals);
    EXPECT_FALSE(totals->complete);
}

TEST_F(TranscriptFile, ALastLineThatWasCutAnywhereCountsAsTruncation) {
    const auto text = golden();
    const auto last_line = text.rfind("\n{") + 1;
    for (auto cut = last_line + 1; cut < text.size() - 2; ++cut) {
        write_text(text.substr(0, cut));
        const auto totals = read();
        ASSERT_TRUE(totals) << totals.error().message;
        EXPECT_FALSE(totals->complete) << cut;
    }
}

TEST_F(TranscriptFile, AWrongLineIsNamedWithFileLineAndField) {
    auto text = golden();
    text.replace(text.find("\"port\":8443"), 11, "\"port\":\"x\"");
    write_text(text);
    const auto totals = read();
    ASSERT_FALSE(totals);
    EXPECT_EQ(totals.error().message, path.string() + ":4: field port: expected an integer");
}

TEST_F(TranscriptFile, AFileOfAnotherKindIsRefused) {
    write_text("hello\nworld\n");
    EXPECT_EQ(read().error().message, path.string() + ":1: expected one JSON object");
    write_text("");
    EXPECT_EQ(read().error().message, path.string() + ": expected a transcript, the file is empty");
}

} // namespace
} // namespace rhombus::transcript
