#include <rhombus/transcript/file.hpp>

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <fstream>
#include <sstream>
#include <sys/resource.h>
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
        return read_file(path, [this](const record& one) { records.push_back(one); });
    }
    std::vector<record> records;
};

TEST_F(TranscriptFile, WhatWasWrittenIsReadAgain) {
    {
        auto file = file_writer::open(path);
        ASSERT_TRUE(file);
        file->write({.what = header{.schema = std::string{schema_name}}});
        file->write({.n = 1, .what = end{.records = 2}});
        EXPECT_EQ(file->failure(), "");
    }
    const auto totals = read();
    ASSERT_TRUE(totals);
    EXPECT_EQ(totals->records, 2U);
    EXPECT_TRUE(totals->complete);
    EXPECT_EQ(records.size(), 2U);
}

TEST_F(TranscriptFile, LineByLineEachIsOnDiskBeforeTheNextComes) {
    auto file = file_writer::open(path, flushing::each_line);
    ASSERT_TRUE(file);
    file->write({.what = header{}});
    const auto first = fs::file_size(path);
    EXPECT_EQ(first, file->octets());
    file->write({.n = 1, .what = note{"x"}});
    EXPECT_EQ(fs::file_size(path), file->octets());
    EXPECT_GT(file->octets(), first);
}

constexpr std::int64_t second_ns = 1'000'000'000;

TEST_F(TranscriptFile, LinesWaitForLessThanASecondOfTheRecordsClock) {
    auto file = file_writer::open(path, flushing::each_second);
    ASSERT_TRUE(file);
    const auto waiting = [&] { return file->octets() - fs::file_size(path); };
    file->write({.when = {5 * second_ns, 0}, .what = header{}});
    EXPECT_EQ(waiting(), 0U) << "the first record shows that somebody writes";
    file->write({.n = 1, .when = {6 * second_ns - 1, 0}, .what = note{"x"}});
    EXPECT_GT(waiting(), 0U);
    file->tick(6 * second_ns - 1);
    EXPECT_GT(waiting(), 0U);
    file->tick(6 * second_ns);
    EXPECT_EQ(waiting(), 0U);
    file->write({.n = 2, .when = {7 * second_ns, 0}, .what = note{"y"}});
    EXPECT_EQ(waiting(), 0U);
}

TEST_F(TranscriptFile, TheEndIsOnDiskAtOnce) {
    auto file = file_writer::open(path, flushing::each_second);
    ASSERT_TRUE(file);
    file->write({.what = header{}});
    file->write({.n = 1, .what = end{.records = 2}});
    EXPECT_EQ(fs::file_size(path), file->octets());
}

TEST_F(TranscriptFile, MoreThan64KiBDoNotWait) {
    auto file = file_writer::open(path, flushing::each_second);
    ASSERT_TRUE(file);
    file->write({.what = note{std::string(std::size_t{64} << 10U, 'x')}});
    EXPECT_EQ(fs::file_size(path), file->octets());
}

TEST(TranscriptOnAFullDisk, TheFailureNamesPathAndReasonOnce) {
    auto file = file_writer::open("/dev/full", flushing::each_second);
    ASSERT_TRUE(file);
    file->write({.what = note{"x"}});
    EXPECT_EQ(file->failure(), "") << "it waits";
    file->flush();
    EXPECT_EQ(file->failure(), "cannot write /dev/full: No space left on device; the last line may "
                               "be cut off");
    file->write({.n = 1, .what = end{}});
    EXPECT_EQ(file->octets(), 0U);
}

/// For as long as it lives no file of this process may grow beyond the size.
class file_size_limit {
public:
    explicit file_size_limit(rlim_t octets) : before_{std::signal(SIGXFSZ, SIG_IGN)} {
        ::getrlimit(RLIMIT_FSIZE, &limit_);
        const rlimit smaller{octets, limit_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &smaller);
    }
    file_size_limit(const file_size_limit&) = delete;
    file_size_limit& operator=(const file_size_limit&) = delete;
    ~file_size_limit() {
        ::setrlimit(RLIMIT_FSIZE, &limit_);
        std::signal(SIGXFSZ, before_);
    }

private:
    rlimit limit_{};
    void (*before_)(int);
};

TEST_F(TranscriptFile, WhenTheDiskIsFullTheFileEndsWithAWholeLine) {
    const std::array<flushing, 2> modes{flushing::each_line, flushing::each_second};
    for (const auto mode : modes) {
        auto file = file_writer::open(path, mode);
        ASSERT_TRUE(file);
        {
            const file_size_limit limit{1000};
            file->write({.what = header{.schema = std::string{schema_name}}});
            for (std::uint64_t n = 1; n < 20; ++n)
                file->write({.n = n, .what = note{std::string(30, 'x')}});
            file->flush();
        }
        EXPECT_EQ(file->failure(), "cannot write " + path.string() + ": File too large");
        file->write({.n = 99, .what = note{"after"}});
        file->flush();
        const auto totals = read();
        ASSERT_TRUE(totals) << totals.error().message;
        EXPECT_GE(totals->records, 6U);
        EXPECT_EQ(records.back().n, totals->records - 1);
        EXPECT_EQ(fs::file_size(path), file->octets());
        std::ifstream text{path};
        text.seekg(-1, std::ios::end);
        EXPECT_EQ(text.get(), '\n');
    }
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

TEST_F(TranscriptFile, AnotherMajorVersionIsRefused) {
    auto text = golden();
    text.replace(text.find("transcript/1"), 12, "transcript/2");
    write_text(text);
    EXPECT_EQ(read().error().message,
              path.string() + ":1: field schema: expected rhombus/transcript/1, which this program "
                              "reads");
}

TEST_F(TranscriptFile, ALineBeyondTheLimitIsNamed) {
    const auto text = golden();
    write_text(text);
    const auto with_limit = [&](std::size_t octets) {
        return read_file(path, [](const record&) {}, {.line_octets = octets});
    };
    std::istringstream lines{text};
    std::size_t longest = 0;
    std::size_t number = 0;
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line);) {
        ++count;
        if (line.size() <= longest)
            continue;
        longest = line.size();
        number = count;
    }
    EXPECT_TRUE(with_limit(longest));
    EXPECT_EQ(with_limit(longest - 1).error().message,
              path.string() + ":" + std::to_string(number) + ": expected at most " +
                  std::to_string(longest - 1) + " octets in a line");
}

TEST_F(TranscriptFile, TheProofScanSaysWhereASecretStands) {
    redactor secrets;
    secrets.add("api-key", "canary-0123456789");
    auto text = golden();
    write_text(text);
    EXPECT_EQ(*scan_for_secrets(path, secrets), std::vector<exposure>{});

    const auto at = text.find("one note");
    write_text(text.insert(at, "63616e6172792d30313233343536373839"));
    EXPECT_EQ(*scan_for_secrets(path, secrets),
              (std::vector<exposure>{{at, 34, "api-key", "hex"}}));
    EXPECT_EQ(*scan_for_secrets(path, secrets, 35), std::vector<exposure>{});
    EXPECT_EQ(scan_for_secrets("/nonexistent/x", secrets).error().message,
              "cannot read /nonexistent/x: No such file or directory");
}

TEST_F(TranscriptFile, AFileOfAnotherKindIsRefused) {
    write_text("hello\nworld\n");
    EXPECT_EQ(read().error().message, path.string() + ":1: expected one JSON object");
    write_text("");
    EXPECT_EQ(read().error().message, path.string() + ": expected a transcript, the file is empty");
}

} // namespace
} // namespace rhombus::transcript
