#include <rhombus/transcript/recorder.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace rhombus::transcript {
namespace {

class Recorder : public testing::Test {
protected:
    recorder subject{[this] { return stamp{++ticks, wall_ms}; }, secrets()};
    std::vector<record> records;
    std::int64_t ticks = 0;
    std::int64_t wall_ms = 0;

    void SetUp() override {
        subject.add_sink([this](const record& one) { records.push_back(one); });
    }
    static redactor secrets() {
        redactor made;
        made.add("api-key", "canary-0123456789");
        return made;
    }
};

TEST_F(Recorder, NumbersAndStampsEachRecord) {
    EXPECT_EQ(subject.new_connection(), 1U);
    EXPECT_EQ(subject.new_connection(), 2U);
    EXPECT_EQ(subject.add(0, origin::tool, header{}), 0U);
    EXPECT_EQ(subject.add(2, origin::client, note{"x"}), 1U);
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[1].n, 1U);
    EXPECT_EQ(records[1].conn, 2U);
    EXPECT_EQ(records[1].from, origin::client);
    EXPECT_EQ(records[1].when, (stamp{2, 0}));
}

TEST_F(Recorder, TheHeaderNamesTheSecrets) {
    subject.add(0, origin::tool, header{});
    EXPECT_EQ(std::get<header>(records[0].what).redacted, std::vector<std::string>{"api-key"});
}

TEST_F(Recorder, ASecretLearntLaterIsRedactedFromThenOn) {
    subject.keep_secret("decoy", "decoy-secret");
    subject.add(0, origin::tool, note{"a decoy-secret b"});
    EXPECT_EQ(std::get<note>(records[0].what).text, "a ‹decoy› b");
}

TEST_F(Recorder, TheEndCountsRecordsConnectionsAndDrops) {
    static_cast<void>(subject.new_connection());
    subject.add(0, origin::tool, drop{3, "too many"});
    subject.finish("SIGTERM");
    const auto last = std::get<end>(records.back().what);
    EXPECT_EQ(last.records, 2U);
    EXPECT_EQ(last.connections, 1U);
    EXPECT_EQ(last.dropped, 3U);
    EXPECT_EQ(last.reason, "SIGTERM");
}

TEST_F(Recorder, NothingFollowsTheEnd) {
    subject.finish("done");
    subject.add(0, origin::tool, note{"late"});
    subject.finish("again");
    EXPECT_EQ(records.size(), 1U);
}

TEST_F(Recorder, AClockThatStepsIsRecordedBeforeWhatCameAfterIt) {
    subject.add(0, origin::tool, header{});
    wall_ms -= 3'600'000;
    EXPECT_EQ(subject.add(1, origin::client, note{"x"}), 2U);
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(std::get<clock_step>(records[1].what).delta_ns, -3'600'000'000'001);
    EXPECT_EQ(records[1].n, 1U);
    EXPECT_EQ(records[1].conn, 0U);
    EXPECT_EQ(records[1].from, origin::tool);
    EXPECT_EQ(records[1].when, records[2].when);
    subject.add(1, origin::client, note{"y"});
    EXPECT_EQ(records.size(), 4U) << "a step is told once";
}

TEST_F(Recorder, TheEndToldAfterAStepCountsIt) {
    subject.add(0, origin::tool, header{});
    wall_ms += 1000;
    subject.finish("done");
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(std::get<clock_step>(records[1].what).delta_ns, 999'999'999);
    EXPECT_EQ(std::get<end>(records[2].what).records, 3U);
}

TEST_F(Recorder, DriftWithinTheToleranceIsNoStep) {
    subject.add(0, origin::tool, header{});
    for (int i = 0; i < 50; ++i) {
        wall_ms += 100; // 100 ms less the tick of 1 ns
        subject.add(0, origin::tool, note{"x"});
    }
    EXPECT_EQ(records.size(), 51U);
    wall_ms += 101;
    subject.add(0, origin::tool, note{"x"});
    EXPECT_EQ(records.size(), 53U);
}

TEST_F(Recorder, ASecretCutByFrameBoundsIsRedactedPerDirection) {
    const auto frame = [&](std::uint32_t conn, origin from, std::string_view payload) {
        subject.add(conn, from, ws_frame{.opcode = 1, .payload = std::string{payload}});
        return std::get<ws_frame>(records.back().what).payload;
    };
    EXPECT_EQ(frame(1, origin::client, "a canary-01"), "a ‹api-key›");
    EXPECT_EQ(frame(1, origin::server, "23456789"), "23456789") << "the other direction";
    EXPECT_EQ(frame(2, origin::client, "23456789"), "23456789") << "another connection";
    EXPECT_EQ(frame(1, origin::client, "23456789 b"), "‹api-key› b");

    EXPECT_EQ(frame(3, origin::client, "can"), "can");
    subject.add(3, origin::client, tcp_closed{});
    EXPECT_EQ(frame(3, origin::client, "ary-0123456789"), "ary-0123456789") << "all is over";
}

} // namespace
} // namespace rhombus::transcript
