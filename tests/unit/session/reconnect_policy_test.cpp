#include <rhombus/session/reconnect_policy.hpp>

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

namespace rhombus::session {
namespace {

using namespace std::chrono_literals;

reconnect_policy always(double chance, reconnect_options options = {}) {
    return {options, [chance] { return chance; }};
}

/// One end after another, whose subscription stood for that long.
std::vector<std::optional<milliseconds>> waits(reconnect_policy& policy, end_cause cause,
                                               std::size_t count, milliseconds up = 0ms) {
    std::vector<std::optional<milliseconds>> out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back(policy.next_wait(cause, up));
    return out;
}

using list = std::vector<std::optional<milliseconds>>;

TEST(ReconnectPolicy, R703DoublesTheLongestWaitUpToTheCap) {
    auto policy = always(1.0);
    EXPECT_EQ(waits(policy, end_cause::network, 8), (list{2s, 4s, 8s, 16s, 32s, 60s, 60s, 60s}));
}

TEST(ReconnectPolicy, R702DrawsFromTheUpperHalf) {
    auto policy = always(0.0);
    EXPECT_EQ(waits(policy, end_cause::network, 8), (list{1s, 2s, 4s, 8s, 16s, 30s, 30s, 30s}));
}

TEST(ReconnectPolicy, KeepsToTheCapHoweverOftenItFails) {
    auto policy = always(1.0, {.base = 1ms, .cap = 60s});
    EXPECT_EQ(waits(policy, end_cause::network, 500).back(), 60s);
}

TEST(ReconnectPolicy, R704SpreadsManyClientsByATenthAndMore) {
    std::mt19937 engine{1};
    std::uniform_real_distribution<double> chance{0.0, 1.0};
    milliseconds shortest = 1h;
    milliseconds longest = 0ms;
    for (int client = 0; client < 20; ++client) {
        reconnect_policy policy{{}, [&] { return chance(engine); }};
        const auto wait = *policy.next_wait(end_cause::network, 1h);
        shortest = std::min(shortest, wait);
        longest = std::max(longest, wait);
    }
    EXPECT_GE(shortest, 1s);
    EXPECT_LE(longest, 2s);
    EXPECT_GT((longest - shortest) * 10, longest);
}

TEST(ReconnectPolicy, R705StartsAnewOnlyAfterAConnectionThatProvedGood) {
    auto policy = always(1.0);
    EXPECT_EQ(policy.next_wait(end_cause::network, 0ms), 2s);
    EXPECT_EQ(policy.next_wait(end_cause::network, 9'999ms), 4s);
    EXPECT_EQ(policy.next_wait(end_cause::orderly, 9'999ms), 8s);
    EXPECT_EQ(policy.next_wait(end_cause::network, 10s), 2s);
    EXPECT_EQ(policy.next_wait(end_cause::limit, 10'001ms), 2s);
    EXPECT_EQ(policy.next_wait(end_cause::orderly, 10s), 2s);
}

TEST(ReconnectPolicy, F705GrowsForAServerThatFlaps) {
    auto policy = always(1.0);
    EXPECT_EQ(waits(policy, end_cause::orderly, 6, 1s), (list{2s, 4s, 8s, 16s, 32s, 60s}));
}

TEST(ReconnectPolicy, GrowsForADefectThatComesBackSoonerThanTheLongestWait) {
    for (const auto cause : {end_cause::protocol, end_cause::server}) {
        auto policy = always(1.0);
        EXPECT_EQ(waits(policy, cause, 3, 59'999ms), (list{2s, 4s, 8s}));
        EXPECT_EQ(policy.next_wait(cause, 60s), 2s);
    }
}

TEST(ReconnectPolicy, AsksOfADefectNoLessThanTheProof) {
    auto policy = always(1.0, {.cap = 4s, .proof = 10s});
    EXPECT_EQ(waits(policy, end_cause::server, 2, 9'999ms), (list{2s, 4s}));
    EXPECT_EQ(policy.next_wait(end_cause::server, 10s), 2s);
}

TEST(ReconnectPolicy, R706GivesUpAnUnchangedCredentialAtTheThirdRefusal) {
    auto policy = always(1.0);
    EXPECT_EQ(waits(policy, end_cause::credential, 2), (list{2s, 4s}));
    EXPECT_EQ(policy.gave_up(), std::nullopt);
    EXPECT_EQ(policy.next_wait(end_cause::credential, 0ms), std::nullopt);
    EXPECT_EQ(policy.gave_up(), surrender::credential_refused);
    EXPECT_EQ(policy.next_wait(end_cause::network, 0ms), std::nullopt);
}

TEST(ReconnectPolicy, CountsRefusalsAcrossOtherEnds) {
    auto policy = always(1.0);
    EXPECT_TRUE(policy.next_wait(end_cause::credential, 0ms));
    EXPECT_TRUE(policy.next_wait(end_cause::network, 0ms));
    EXPECT_TRUE(policy.next_wait(end_cause::credential, 0ms));
    EXPECT_TRUE(policy.next_wait(end_cause::network, 0ms));
    EXPECT_EQ(policy.next_wait(end_cause::credential, 0ms), std::nullopt);
}

TEST(ReconnectPolicy, F703BeginsToCountAfterAConnectionThatProvedGood) {
    auto policy = always(1.0);
    EXPECT_TRUE(policy.next_wait(end_cause::credential, 0ms));
    EXPECT_TRUE(policy.next_wait(end_cause::credential, 0ms));
    EXPECT_EQ(policy.next_wait(end_cause::credential, 10s), 2s);
    EXPECT_EQ(policy.next_wait(end_cause::credential, 0ms), 4s);
    EXPECT_EQ(policy.next_wait(end_cause::credential, 0ms), std::nullopt);
}

TEST(ReconnectPolicy, R711GivesARenewedCredentialItsOwnAttempts) {
    auto policy = always(1.0);
    EXPECT_EQ(waits(policy, end_cause::credential, 3), (list{2s, 4s, std::nullopt}));
    policy.credential_renewed();
    EXPECT_EQ(policy.gave_up(), std::nullopt);
    EXPECT_EQ(waits(policy, end_cause::credential, 3), (list{16s, 32s, std::nullopt}));
}

TEST(ReconnectPolicy, R714EndsAtAMaximumOfAttempts) {
    auto policy = always(1.0, {.attempts = 3});
    EXPECT_EQ(waits(policy, end_cause::network, 2), (list{2s, 4s}));
    EXPECT_EQ(policy.next_wait(end_cause::network, 10s), 2s);
    EXPECT_EQ(waits(policy, end_cause::network, 2), (list{4s, std::nullopt}));
    EXPECT_EQ(policy.gave_up(), surrender::attempts_used_up);
    policy.credential_renewed();
    EXPECT_EQ(policy.gave_up(), surrender::attempts_used_up);
}

TEST(ReconnectPolicy, R139KeepsToRetryAfterNeverEarlyAndNotMuchLater) {
    for (const auto cause : {end_cause::overloaded, end_cause::unavailable, end_cause::server}) {
        EXPECT_EQ(always(0.0).next_wait(cause, 0ms, 42s), 42s);
        EXPECT_EQ(always(1.0).next_wait(cause, 0ms, 42s), 46'200ms);
        EXPECT_EQ(always(0.0).next_wait(cause, 0ms, 300'001ms), 300s);
        EXPECT_EQ(always(0.0).next_wait(cause, 0ms, 99'999s), 300s);
        EXPECT_EQ(always(0.0).next_wait(cause, 0ms, 299'999ms), 299'999ms);
    }
}

TEST(ReconnectPolicy, GrowsBeyondAShortRetryAfterBy30SecondsAtMost) {
    auto policy = always(0.0);
    for (const auto expected : {1s, 2s, 4s, 8s, 16s, 30s})
        EXPECT_EQ(policy.next_wait(end_cause::unavailable, 0ms, 1s), expected);
    auto late = always(1.0);
    waits(late, end_cause::network, 7);
    EXPECT_EQ(late.next_wait(end_cause::unavailable, 0ms, 1s), 31s);
}

TEST(ReconnectPolicy, TakesARetryAfterOfNothingForNone) {
    EXPECT_EQ(always(0.0).next_wait(end_cause::unavailable, 0ms, 0ms), 5s);
    EXPECT_EQ(always(0.0).next_wait(end_cause::unavailable, 0ms, -1ms), 5s);
    EXPECT_EQ(always(0.0).next_wait(end_cause::network, 0ms, 1ms), 1s);
}

TEST(ReconnectPolicy, R708WaitsFiveToThirtySecondsForARestart) {
    EXPECT_EQ(always(0.0).next_wait(end_cause::restarting, 1h), 5s);
    EXPECT_EQ(always(0.5).next_wait(end_cause::restarting, 1h), 17'500ms);
    EXPECT_EQ(always(1.0).next_wait(end_cause::restarting, 1h), 30s);
}

TEST(ReconnectPolicy, R708WaitsAtTheCapForAnOverload) {
    EXPECT_EQ(always(0.0).next_wait(end_cause::overloaded, 1h), 50s);
    EXPECT_EQ(always(1.0).next_wait(end_cause::overloaded, 1h), 60s);
}

TEST(ReconnectPolicy, R139ComesBackNoSoonerThanFiveSecondsAfterAnUnavailableService) {
    auto policy = always(1.0);
    EXPECT_EQ(waits(policy, end_cause::unavailable, 4), (list{5s, 5s, 8s, 16s}));
}

} // namespace
} // namespace rhombus::session
