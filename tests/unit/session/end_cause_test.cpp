#include <rhombus/session/end_cause.hpp>

#include <gtest/gtest.h>

#include <array>
#include <ostream>
#include <string>
#include <vector>

namespace rhombus::session {

void PrintTo(end_cause cause, std::ostream* out) {
    constexpr std::array names{"network",    "orderly",    "limit",       "protocol",  "server",
                               "credential", "restarting", "unavailable", "overloaded"};
    *out << names.at(static_cast<std::size_t>(cause));
}

namespace {

using namespace std::chrono_literals;

struct row {
    end_cause cause;
    std::vector<std::uint16_t> codes;
};

TEST(CauseOfClose, FollowsTheTableOfCloseCodes) {
    const std::array table{
        row{end_cause::orderly, {1000, 1001, 1005}},
        row{end_cause::protocol, {1002, 1003, 1007, 1010}},
        row{end_cause::network, {1006}},
        row{end_cause::credential, {1008, 3000, 3003, 4401, 4403}},
        row{end_cause::limit, {1009, 4500}},
        row{end_cause::server, {1011, 1014, 3008}},
        row{end_cause::restarting, {1012}},
        row{end_cause::overloaded, {1013, 4429}},
        row{end_cause::server, {1004, 1015, 3001, 3002, 3999, 4000, 4400, 4402, 4409, 4499, 4999}},
    };
    for (const auto& [cause, codes] : table) {
        for (const auto code : codes)
            EXPECT_EQ(cause_of_close(code), cause) << code;
    }
    EXPECT_EQ(cause_of_close(std::nullopt), end_cause::network);
}

TEST(CauseOfStatus, TellsCredentialUnavailableAndTheRest) {
    const std::array table{
        row{end_cause::credential, {401, 403}},
        row{end_cause::unavailable, {429, 503}},
        row{end_cause::server, {200, 301, 400, 402, 404, 407, 500, 502, 504}},
    };
    for (const auto& [cause, statuses] : table) {
        for (const auto status : statuses)
            EXPECT_EQ(cause_of_status(status), cause) << status;
    }
}

TEST(CauseOfError, F459KnowsARefusedCredentialByItsWords) {
    for (const auto* text :
         {"org.springframework.messaging: Provided token is expired", "Bad CONNECT: Access refused",
          "ACCESS DENIED", "Access is denied", "User name [x] or password is invalid.",
          "Authentication failed", "not authorized to read from topic", "UNAUTHORIZED", "Forbidden",
          "bad credentials", "wrong passcode", "Login required", "unknown API key",
          "missing x-auth-apikey", "no api-key"})
        EXPECT_EQ(cause_of_error(text), end_cause::credential) << text;
}

TEST(CauseOfError, TakesAnythingElseForTheServers) {
    for (const auto* text : {"", "Session closed.", "malformed frame received",
                             "Unexpected token < in JSON", "heartbeat", "Broker not available."})
        EXPECT_EQ(cause_of_error(text), end_cause::server) << text;
}

TEST(HintOfUptime, KnowsTheTwoUsualLimits) {
    const auto beats = hint_of_uptime(30s);
    const auto idle = hint_of_uptime(60s);
    EXPECT_NE(beats.find("heart-beats"), std::string_view::npos);
    EXPECT_NE(idle.find("idle"), std::string_view::npos);
    for (const auto up : {28'000ms, 33'000ms})
        EXPECT_EQ(hint_of_uptime(up), beats) << up.count();
    for (const auto up : {58'000ms, 65'000ms})
        EXPECT_EQ(hint_of_uptime(up), idle) << up.count();
    for (const auto up : {0ms, 27'999ms, 33'001ms, 45'000ms, 57'999ms, 65'001ms, 3'600'000ms})
        EXPECT_EQ(hint_of_uptime(up), "") << up.count();
}

} // namespace
} // namespace rhombus::session
