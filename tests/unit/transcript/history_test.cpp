#include <rhombus/transcript/history.hpp>

#include <gtest/gtest.h>

#include <ostream>
#include <vector>

namespace rhombus::transcript {
namespace {

record frame(origin from, ws_frame what) {
    static std::uint64_t n = 0;
    return {.n = n++, .conn = 1, .from = from, .what = std::move(what)};
}
record text(origin from, std::string payload) {
    return frame(from, {.opcode = 1, .payload = std::move(payload)});
}

connection_history read_one(const std::vector<record>& records) {
    const auto run = read_history(records);
    return run.connections.at(0);
}

const std::string connected{"CONNECTED\nversion:1.2\n\n\0", 24};

TEST(History, AFrameOverSeveralMessagesIsOneItemAtTheLast) {
    for (std::size_t cut = 1; cut < connected.size(); ++cut) {
        const std::vector<record> records{text(origin::server, connected.substr(0, cut)),
                                          text(origin::server, connected.substr(cut))};
        const auto one = read_one(records);
        const auto* const item = one.find(origin::server, "CONNECTED");
        ASSERT_NE(item, nullptr) << cut;
        EXPECT_EQ(item->where.n, records[1].n);
    }
}

TEST(History, FragmentsAreJoinedAroundAControlFrame) {
    const auto one = read_one(
        {frame(origin::server, {.fin = false, .opcode = 1, .payload = connected.substr(0, 5)}),
         frame(origin::server, {.opcode = 9, .payload = "hi"}),
         frame(origin::server, {.opcode = 0, .payload = connected.substr(5)})});
    ASSERT_EQ(one.messages.size(), 1U);
    EXPECT_EQ(one.messages[0].fragments, 2U);
    EXPECT_EQ(one.control_frames.size(), 1U);
    EXPECT_NE(one.find(origin::server, "CONNECTED"), nullptr);
}

TEST(History, ABeatIsAnEol) {
    const auto one = read_one({text(origin::client, "\n")});
    ASSERT_EQ(one.stomp.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<stomp_eol>(one.stomp[0].what));
}

TEST(History, AViolationEndsItsDirectionOnly) {
    const auto one = read_one({text(origin::server, std::string{"MESSAGE\nno colon\n\n\0", 19}),
                               text(origin::server, connected), text(origin::client, "\n")});
    ASSERT_EQ(one.stomp.size(), 2U);
    const auto& broken = std::get<stomp_violation>(one.stomp[0].what);
    EXPECT_EQ(broken.error.code, stomp::errc::header_without_colon);
    EXPECT_NE(broken.excerpt.find("no colon"), std::string::npos);
}

TEST(History, AFrameWithoutNulIsUnfinished) {
    const auto one = read_one({text(origin::server, connected.substr(0, connected.size() - 1))});
    EXPECT_EQ(one.unfinished_from_server, "CONNECTED\nversion:1.2\n\n");
    EXPECT_EQ(one.unfinished_from_client, "");
}

struct close_row {
    const char* name;
    std::string payload;
    std::optional<std::uint16_t> code;
    std::string reason;
};
void PrintTo(const close_row& row, std::ostream* out) {
    *out << row.name;
}
class CloseFrame : public testing::TestWithParam<close_row> {};

TEST_P(CloseFrame, HasCodeAndReason) {
    const auto one =
        read_one({frame(origin::server, {.opcode = 8, .payload = GetParam().payload})});
    ASSERT_TRUE(one.close_from_server);
    EXPECT_EQ(one.close_from_server->code, GetParam().code);
    EXPECT_EQ(one.close_from_server->reason, GetParam().reason);
    EXPECT_FALSE(one.close_from_client);
}

INSTANTIATE_TEST_SUITE_P(Rfc6455, CloseFrame,
                         testing::Values(close_row{"Normal", "\x03\xE8", 1000, ""},
                                         close_row{"Reason", "\x03\xE9 bye", 1001, " bye"},
                                         close_row{"Empty", "", std::nullopt, ""},
                                         close_row{"OneOctet", "\x03", std::nullopt, "\x03"}),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(History, WhatFollowsACloseIsNotReadAsStomp) {
    const auto one = read_one({frame(origin::server, {.opcode = 8, .payload = "\x03\xE8"}),
                               text(origin::server, connected)});
    EXPECT_TRUE(one.stomp.empty());
    EXPECT_EQ(one.messages.size(), 1U);
}

TEST(History, OnlyAnUpgradeAnsweredBy101Counts) {
    auto one = read_one({{.conn = 1, .what = http_response{.purpose = "rest", .status = 101}},
                         {.conn = 1, .what = http_response{.purpose = "upgrade", .status = 401}}});
    EXPECT_EQ(one.upgrade(), nullptr);
    one = read_one({{.conn = 1, .what = http_response{.purpose = "upgrade", .status = 101}}});
    EXPECT_NE(one.upgrade(), nullptr);
}

TEST(History, ConnectionsAreInOrderOfTheirNumberAndTheProcessIsApart) {
    const std::vector<record> records{{.conn = 2, .what = tcp_connected{}},
                                      {.conn = 1, .what = tcp_connected{}},
                                      {.what = process_exited{.code = 3}},
                                      {.what = end{}}};
    const auto run = read_history(records);
    ASSERT_EQ(run.connections.size(), 2U);
    EXPECT_EQ(run.connections[0].conn, 1U);
    EXPECT_EQ(run.process.exited->what.code, 3);
    EXPECT_TRUE(run.complete);
}

} // namespace
} // namespace rhombus::transcript
