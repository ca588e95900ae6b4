#include <rhombus/transcript/recorder.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace rhombus::transcript {
namespace {

class Recorder : public testing::Test {
protected:
    recorder subject{[this] { return stamp{++ticks, 0}; }, secrets()};
    std::vector<record> records;
    std::int64_t ticks = 0;

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

} // namespace
} // namespace rhombus::transcript
