#include <rhombus/stomp/heartbeat.hpp>

#include <gtest/gtest.h>

#include <ostream>

namespace rhombus::stomp {

void PrintTo(const heartbeat_plan& plan, std::ostream* out) {
    *out << "send " << plan.send_every.count() << " expect " << plan.expect_every.count();
}

namespace {

using namespace std::chrono_literals;

struct negotiation {
    const char* name;
    heartbeat_offer client;
    heartbeat_offer server;
    heartbeat_plan expected;
};
void PrintTo(const negotiation& row, std::ostream* out) {
    *out << row.name;
}

class HeartbeatNegotiation : public testing::TestWithParam<negotiation> {};

TEST_P(HeartbeatNegotiation, TakesTheSlowerSidePerDirection) {
    EXPECT_EQ(negotiate(GetParam().client, GetParam().server), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Spec, HeartbeatNegotiation,
    testing::Values(negotiation{"SlowerSideWins", {10s, 5s}, {7s, 20s}, {20s, 7s}},
                    negotiation{"ServerCannotSend", {10s, 5s}, {0s, 20s}, {20s, 0s}},
                    negotiation{"ServerWantsNone", {10s, 5s}, {7s, 0s}, {0s, 7s}},
                    negotiation{"HeaderMissing", {10s, 5s}, {}, {0s, 0s}}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(ParseHeartbeat, ReadsTwoNumbersAndTakesAbsenceForNone) {
    EXPECT_EQ(*parse_heartbeat("10000,0"), (heartbeat_offer{10s, 0s}));
    EXPECT_EQ(*parse_heartbeat(std::nullopt), (heartbeat_offer{0s, 0s}));
    EXPECT_EQ(*parse_heartbeat("2147483647,1"), (heartbeat_offer{2147483647ms, 1ms}));
}

TEST(ParseHeartbeat, F511NamesThePlaceOfWhatIsMalformed) {
    const auto offset = [](std::string_view text) { return parse_heartbeat(text).error().offset; };
    EXPECT_EQ(offset("10000"), 5U);
    EXPECT_EQ(offset("abc,def"), 0U);
    EXPECT_EQ(offset("-5,-5"), 0U);
    EXPECT_EQ(offset("1,2,3"), 2U);
    EXPECT_EQ(offset("10000,99999999999"), 6U);
    EXPECT_EQ(offset("1,2147483648"), 2U);
    EXPECT_EQ(offset("1, 2"), 2U);
}

TEST(HeartbeatMonitor, BeatsAtNineTenthsOfTheInterval) {
    const auto start = time_point{};
    const heartbeat_monitor monitor{{1s, 0s}, 2.5, start};
    EXPECT_FALSE(monitor.beat_due(start + 899ms));
    EXPECT_TRUE(monitor.beat_due(start + 900ms));
    EXPECT_EQ(monitor.deadline(), start + 900ms);
}

TEST(HeartbeatMonitor, CallsThePeerSilentOnlyAfterItsPatience) {
    const auto start = time_point{};
    heartbeat_monitor monitor{{0s, 1s}, 2.5, start};
    EXPECT_FALSE(monitor.peer_silent(start + 2500ms));
    EXPECT_TRUE(monitor.peer_silent(start + 2501ms));
    monitor.received(start + 2s);
    EXPECT_FALSE(monitor.peer_silent(start + 4500ms));
    EXPECT_EQ(monitor.deadline(), start + 4501ms);
}

TEST(HeartbeatMonitor, RunsNoClockWhereNoneWasAgreed) {
    const heartbeat_monitor monitor{{0s, 0s}, 2.5, time_point{}};
    EXPECT_EQ(monitor.deadline(), std::nullopt);
    EXPECT_FALSE(monitor.beat_due(time_point{} + 1h));
    EXPECT_FALSE(monitor.peer_silent(time_point{} + 1h));
}

} // namespace
} // namespace rhombus::stomp
