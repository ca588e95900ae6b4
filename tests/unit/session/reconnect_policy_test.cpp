#include <rhombus/session/reconnect_policy.hpp>

#include <gtest/gtest.h>

namespace rhombus::session {
namespace {

using namespace std::chrono_literals;

reconnect_policy always(double chance) {
    return {{}, [chance] { return chance; }};
}

TEST(ReconnectPolicy, DoublesTheLongestWaitUpToTheCap) {
    auto policy = always(1.0);
    for (const auto expected : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s})
        EXPECT_EQ(policy.next_wait(end_cause::network, 0ms), expected);
}

TEST(ReconnectPolicy, DrawsFromTheUpperHalf) {
    auto policy = always(0.0);
    EXPECT_EQ(policy.next_wait(end_cause::network, 0ms), 500ms);
    EXPECT_EQ(policy.next_wait(end_cause::network, 0ms), 1s);
}

TEST(ReconnectPolicy, StartsAnewOnlyAfterAConnectionThatProvedGood) {
    auto policy = always(1.0);
    EXPECT_EQ(policy.next_wait(end_cause::network, 0ms), 1s);
    EXPECT_EQ(policy.next_wait(end_cause::network, 9'999ms), 2s);
    EXPECT_EQ(policy.next_wait(end_cause::network, 10s), 1s);
}

TEST(ReconnectPolicy, GivesUpAnUnchangedCredentialAtTheThirdRefusal) {
    auto policy = always(1.0);
    EXPECT_EQ(policy.next_wait(end_cause::credential, 0ms), 1s);
    EXPECT_EQ(policy.next_wait(end_cause::credential, 0ms), 2s);
    EXPECT_EQ(policy.next_wait(end_cause::credential, 0ms), std::nullopt);
}

TEST(ReconnectPolicy, CountsRefusalsInARowOnly) {
    auto policy = always(1.0);
    EXPECT_TRUE(policy.next_wait(end_cause::credential, 0ms));
    EXPECT_TRUE(policy.next_wait(end_cause::credential, 0ms));
    EXPECT_TRUE(policy.next_wait(end_cause::network, 0ms));
    EXPECT_TRUE(policy.next_wait(end_cause::credential, 0ms));
}

TEST(ReconnectPolicy, KeepsToRetryAfterAndNeverComesEarly) {
    auto policy = always(0.0);
    EXPECT_EQ(policy.next_wait(end_cause::overloaded, 0ms, 42s), 42s);
    EXPECT_EQ(policy.next_wait(end_cause::overloaded, 0ms, 99'999s), 300s);
}

TEST(ReconnectPolicy, WaitsFiveToThirtySecondsForARestart) {
    EXPECT_EQ(always(0.0).next_wait(end_cause::restarting, 1h), 5s);
    EXPECT_EQ(always(1.0).next_wait(end_cause::restarting, 1h), 30s);
}

TEST(ReconnectPolicy, WaitsAtTheCapForAnOverload) {
    EXPECT_EQ(always(1.0).next_wait(end_cause::overloaded, 1h), 60s);
}

TEST(ReconnectPolicy, ComesBackNoSoonerThanFiveSecondsAfterAnUnavailableService) {
    auto policy = always(1.0);
    EXPECT_EQ(policy.next_wait(end_cause::unavailable, 0ms), 5s);
    EXPECT_EQ(policy.next_wait(end_cause::unavailable, 0ms), 5s);
    EXPECT_EQ(policy.next_wait(end_cause::unavailable, 0ms), 5s);
    EXPECT_EQ(policy.next_wait(end_cause::unavailable, 0ms), 8s);
}

TEST(CauseOfClose, FollowsTheTableOfCloseCodes) {
    EXPECT_EQ(cause_of_close(std::nullopt), end_cause::network);
    for (const auto& [code, cause] : {std::pair{1000, end_cause::orderly},
                                      {1001, end_cause::orderly},
                                      {1005, end_cause::orderly},
                                      {1006, end_cause::network},
                                      {1002, end_cause::protocol},
                                      {1008, end_cause::credential},
                                      {3000, end_cause::credential},
                                      {4401, end_cause::credential},
                                      {4403, end_cause::credential},
                                      {1011, end_cause::server},
                                      {1014, end_cause::server},
                                      {1012, end_cause::restarting},
                                      {1013, end_cause::overloaded},
                                      {4429, end_cause::overloaded},
                                      {4999, end_cause::server}})
        EXPECT_EQ(cause_of_close(static_cast<std::uint16_t>(code)), cause) << code;
}

TEST(CauseOfStatus, TellsCredentialOverloadAndTheRest) {
    EXPECT_EQ(cause_of_status(401), end_cause::credential);
    EXPECT_EQ(cause_of_status(403), end_cause::credential);
    EXPECT_EQ(cause_of_status(429), end_cause::overloaded);
    EXPECT_EQ(cause_of_status(503), end_cause::unavailable);
    EXPECT_EQ(cause_of_status(500), end_cause::server);
    EXPECT_EQ(cause_of_status(404), end_cause::server);
}

} // namespace
} // namespace rhombus::session
