#include <rhombus/transcript/recorder.hpp>
#include <rhombus/transcript/rotation.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <vector>

namespace rhombus::transcript {
namespace {

namespace fs = std::filesystem;
using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST(RotationDue, KnowsSizeAndAge) {
    const rotation_limits both{.octets = 100, .age = seconds{10}};
    EXPECT_FALSE(rotation_due(both, 99, seconds{10} - nanoseconds{1}));
    EXPECT_TRUE(rotation_due(both, 100, seconds{0}));
    EXPECT_TRUE(rotation_due(both, 0, seconds{10}));
    EXPECT_FALSE(rotation_due({}, 1'000'000'000, seconds{1'000'000}));
}

class Rotation : public testing::Test {
protected:
    fs::path folder =
        fs::path{testing::TempDir()} /
        (std::string{"rotation_"} + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::vector<fs::path> finished;
    std::int64_t now_ns = 0;
    redactor secrets;
    recorder log{[this] { return stamp{now_ns += 1000, now_ns / 1'000'000}; }, secrets};

    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }

    [[nodiscard]] fs::path path_of(std::uint32_t part) const {
        return folder / ("run." + std::to_string(part) + ".jsonl");
    }
    rotating_writer open(rotation_limits limits) {
        return *rotating_writer::open(
            {.limits = limits,
             .when = flushing::each_second,
             .path_of = [this](std::uint32_t part) { return path_of(part); },
             .finished = [this](const fs::path& path) { finished.push_back(path); },
             .redacted = [this] { return log.secrets().names(); }});
    }
    static std::vector<record> read(const fs::path& path) {
        std::vector<record> records;
        const auto totals = read_file(path, [&](const record& one) { records.push_back(one); });
        EXPECT_TRUE(totals && totals->complete) << path;
        return records;
    }
};

TEST_F(Rotation, EachFileIsAWholeTranscriptAndTotalsAddUp) {
    auto file = open({.octets = 1500});
    std::uint64_t handed_on = 0;
    log.add_sink([&](const record& one) {
        ++handed_on;
        file.write(one);
    });
    log.add(0, origin::tool, header{.schema = std::string{schema_name}, .tool = "test"});
    std::uint64_t lost = 0;
    for (std::uint32_t i = 1; i <= 60; ++i) {
        const auto conn = i % 3 == 0 ? log.new_connection() : 0;
        log.add(conn, origin::client, note{"number " + std::to_string(i)});
        if (i % 7 == 0) {
            log.add(0, origin::tool, drop{i, "too many"});
            lost += i;
        }
        if (i == 30)
            log.keep_secret("late", "known late");
    }
    log.finish("done");
    EXPECT_EQ(file.failure(), "");

    ASSERT_GE(finished.size(), 3U);
    end sum;
    std::uint64_t own = 0;
    for (std::size_t i = 0; i < finished.size(); ++i) {
        SCOPED_TRACE(i);
        EXPECT_EQ(finished[i], path_of(static_cast<std::uint32_t>(i + 1)));
        EXPECT_LT(fs::file_size(finished[i]), 2000U);
        const auto records = read(finished[i]);
        for (std::size_t n = 0; n < records.size(); ++n)
            EXPECT_EQ(records[n].n, n);
        EXPECT_EQ(std::get<header>(records.front().what).tool, "test");
        const auto& last = std::get<end>(records.back().what);
        EXPECT_EQ(last.records, records.size());
        const auto goes_on = i + 1 < finished.size();
        EXPECT_EQ(last.reason, goes_on ? "continued in run." + std::to_string(i + 2) + ".jsonl"
                                       : std::string{"done"});
        if (i > 0) {
            EXPECT_EQ(std::get<note>(records[1].what).text,
                      "continued from run." + std::to_string(i) + ".jsonl");
        }
        own += records.size() - (i == 0 ? 2 : 3);
        sum.connections += last.connections;
        sum.dropped += last.dropped;
    }
    EXPECT_EQ(own + 2, handed_on);
    EXPECT_EQ(sum.connections, 20U);
    EXPECT_EQ(sum.dropped, lost);
    EXPECT_EQ(std::get<header>(read(finished.front()).front().what).redacted,
              std::vector<std::string>{});
    EXPECT_EQ(std::get<header>(read(finished.back()).front().what).redacted,
              std::vector<std::string>{"late"});
}

TEST_F(Rotation, AFileIsAsOldAsItsHeader) {
    auto file = open({.age = seconds{60}});
    log.add_sink([&](const record& one) { file.write(one); });
    log.add(0, origin::tool, header{.schema = std::string{schema_name}});
    log.add(0, origin::tool, note{"a"});
    now_ns += 59'000'000'000;
    log.add(0, origin::tool, note{"b"});
    EXPECT_FALSE(fs::exists(path_of(2)));
    now_ns += 1'000'000'000;
    log.add(0, origin::tool, note{"c"});
    EXPECT_TRUE(fs::exists(path_of(2)));
    log.finish("done");
    EXPECT_EQ(read(path_of(1)).size(), 4U);
    const auto second = read(path_of(2));
    ASSERT_EQ(second.size(), 4U);
    EXPECT_EQ(second[0].when, second[2].when);
    EXPECT_EQ(std::get<note>(second[2].what).text, "c");
}

TEST_F(Rotation, AFileHoldsAtLeastOneRecord) {
    auto file = open({.octets = 1});
    log.add_sink([&](const record& one) { file.write(one); });
    log.add(0, origin::tool, header{.schema = std::string{schema_name}});
    log.add(0, origin::tool, note{"a"});
    log.add(0, origin::tool, note{"b"});
    log.finish("done");
    EXPECT_EQ(finished.size(), 2U);
    EXPECT_EQ(read(path_of(2)).size(), 4U);
}

TEST_F(Rotation, AFileThatCannotBeOpenedIsNamedAndEndsTheSequence) {
    auto file = open({.octets = 1});
    log.add_sink([&](const record& one) { file.write(one); });
    log.add(0, origin::tool, header{.schema = std::string{schema_name}});
    log.add(0, origin::tool, note{"a"});
    fs::create_directories(path_of(2));
    log.add(0, origin::tool, note{"b"});
    log.finish("done");
    EXPECT_EQ(file.failure(), "cannot write " + path_of(2).string() + ": Is a directory");
    EXPECT_EQ(read(path_of(1)).size(), 3U);
}

} // namespace
} // namespace rhombus::transcript
