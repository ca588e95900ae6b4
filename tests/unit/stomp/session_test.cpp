#include <rhombus/stomp/session.hpp>

#include <gmock/gmock.h>

namespace rhombus::stomp {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using namespace session_events;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr time_point start{};
const std::string connected_octets = "CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0"s;

std::vector<std::string> outputs(session& subject) {
    std::vector<std::string> all;
    while (auto next = subject.next_output())
        all.push_back(std::move(*next));
    return all;
}

std::vector<session_event> events(session& subject) {
    std::vector<session_event> all;
    while (auto next = subject.next_event())
        all.push_back(std::move(*next));
    return all;
}

session connected_session() {
    session subject{{}};
    subject.start(start);
    subject.receive(connected_octets, start);
    outputs(subject);
    events(subject);
    return subject;
}

session_event ended_by(cause why) {
    return ended{why, {}};
}

TEST(Session, OpensWithTheGuidesConnect) {
    session subject{{}};
    subject.start(start);
    EXPECT_THAT(outputs(subject),
                ElementsAre("CONNECT\naccept-version:1.2\nheart-beat:10000,10000\n\n\0"s));
    EXPECT_EQ(subject.deadline(), start + 10s);
}

TEST(Session, SendsHostAndCredentialsWhereGiven) {
    session subject{{.host = "broker", .login = "guest", .passcode = "secret"}};
    subject.start(start);
    EXPECT_THAT(outputs(subject),
                ElementsAre("CONNECT\naccept-version:1.2\nhost:broker\nlogin:"
                            "guest\npasscode:secret\nheart-beat:10000,10000\n\n\0"s));
}

TEST(Session, SkipsAnEolBeforeConnected) {
    session subject{{}};
    subject.start(start);
    subject.receive("\n" + connected_octets, start);
    const frame seen{"CONNECTED", {{"version", "1.2"}, {"heart-beat", "10000,10000"}}, {}};
    EXPECT_THAT(events(subject), ElementsAre(session_event{connected{"1.2", {10s, 10s}, seen}}));
}

TEST(Session, GivesUpWithoutConnected) {
    session subject{{}};
    subject.start(start);
    subject.tick(start + 9999ms);
    EXPECT_FALSE(subject.finished());
    subject.tick(start + 10s);
    EXPECT_THAT(events(subject), ElementsAre(ended_by(cause::connect_timeout)));
}

struct refused {
    const char* name;
    std::string answer;
    errc code;
};
void PrintTo(const refused& row, std::ostream* out) {
    *out << row.name;
}
class SessionRefuses : public testing::TestWithParam<refused> {};

TEST_P(SessionRefuses, AnAnswerThatBreaksARule) {
    session subject{{}};
    subject.start(start);
    subject.receive(GetParam().answer, start);
    EXPECT_THAT(events(subject), ElementsAre(session_event{violation{{GetParam().code, 0}}},
                                             ended_by(cause::protocol)));
}

INSTANTIATE_TEST_SUITE_P(
    Answers, SessionRefuses,
    testing::Values(refused{"OtherVersion", "CONNECTED\nversion:1.1\n\n\0"s,
                            errc::version_not_offered},
                    refused{"NoVersion", "CONNECTED\n\n\0"s, errc::version_not_offered},
                    refused{"MalformedHeartbeat", "CONNECTED\nversion:1.2\nheart-beat:10000\n\n\0"s,
                            errc::malformed_heartbeat},
                    refused{"MessageFirst", "MESSAGE\n\n\0"s, errc::frame_before_connected},
                    refused{"NoStomp", "<html>\n"s, errc::unknown_command}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(Session, EndsOnASecondConnected) {
    auto subject = connected_session();
    subject.receive(connected_octets, start);
    EXPECT_THAT(
        events(subject),
        ElementsAre(session_event{violation{{errc::second_connected, connected_octets.size()}}},
                    ended_by(cause::protocol)));
}

TEST(Session, ReportsErrorAndDeliversNothingAfterIt) {
    auto subject = connected_session();
    subject.receive("ERROR\nmessage:no\n\nwhy\0MESSAGE\n\nx\0"s, start);
    EXPECT_THAT(events(subject),
                ElementsAre(session_event{error{{"ERROR", {{"message", "no"}}, "why"}}},
                            ended_by(cause::error_frame)));
}

TEST(Session, DeliversMessagesAndBeatsInOrder) {
    auto subject = connected_session();
    subject.receive("\nMESSAGE\n\n1\0MESSAGE\n\n2\0"s, start);
    EXPECT_THAT(events(subject),
                ElementsAre(session_event{beat{}}, session_event{message{{"MESSAGE", {}, "1"}}},
                            session_event{message{{"MESSAGE", {}, "2"}}}));
}

TEST(Session, TakesAnEolBehindAFrameInItsMessageForTheFramesEnd) {
    auto subject = connected_session();
    subject.receive("MESSAGE\n\n1\0\n"s, start);
    EXPECT_THAT(events(subject), ElementsAre(session_event{message{{"MESSAGE", {}, "1"}}}));
    subject.receive("\n", start);
    EXPECT_THAT(events(subject), ElementsAre(session_event{beat{}}));
}

TEST(Session, SubscribesWithTheGuidesFrame) {
    auto subject = connected_session();
    subject.subscribe("sub-0", "/topic/change/x", std::nullopt, start);
    EXPECT_THAT(outputs(subject),
                ElementsAre("SUBSCRIBE\nid:sub-0\ndestination:/topic/change/x\n\n\0"s));
}

TEST(Session, BeatsWhenNothingElseWentOut) {
    auto subject = connected_session();
    subject.tick(start + 8999ms);
    EXPECT_THAT(outputs(subject), IsEmpty());
    subject.tick(start + 9s);
    EXPECT_THAT(outputs(subject), ElementsAre("\n"));
    EXPECT_EQ(subject.deadline(), start + 18s);
}

TEST(Session, TakesHalfAFrameForLife) {
    auto subject = connected_session();
    subject.receive("MES", start + 20s);
    subject.tick(start + 45s);
    EXPECT_FALSE(subject.finished());
    subject.tick(start + 45'001ms);
    EXPECT_THAT(events(subject), ElementsAre(ended_by(cause::peer_silent)));
}

TEST(Session, DisconnectsWithAReceiptAndWaitsForIt) {
    auto subject = connected_session();
    subject.disconnect(start);
    EXPECT_THAT(outputs(subject), ElementsAre("DISCONNECT\nreceipt:goodbye\n\n\0"s));
    subject.receive("RECEIPT\nreceipt-id:other\n\n\0"s, start);
    EXPECT_FALSE(subject.finished());
    subject.receive("RECEIPT\nreceipt-id:goodbye\n\n\0"s, start);
    EXPECT_THAT(events(subject),
                ElementsAre(session_event{receipt{"other"}}, ended_by(cause::goodbye)));
}

TEST(Session, SendsNothingAfterDisconnect) {
    auto subject = connected_session();
    subject.disconnect(start);
    outputs(subject);
    subject.subscribe("sub-0", "/t", std::nullopt, start);
    subject.tick(start + 1999ms);
    EXPECT_THAT(outputs(subject), IsEmpty());
}

TEST(Session, CountsErrorResetAndSilenceAfterDisconnectAsSuccess) {
    auto by_error = connected_session();
    by_error.disconnect(start);
    by_error.receive("ERROR\nmessage:Session closed.\n\n\0"s, start);
    EXPECT_THAT(events(by_error), ElementsAre(ended_by(cause::goodbye)));

    auto by_silence = connected_session();
    by_silence.disconnect(start);
    by_silence.tick(start + 2s);
    EXPECT_THAT(events(by_silence), ElementsAre(ended_by(cause::goodbye)));

    auto by_reset = connected_session();
    by_reset.disconnect(start);
    const auto reset = make_error_code(boost::system::errc::connection_reset);
    by_reset.transport_ended(reset);
    EXPECT_THAT(events(by_reset), ElementsAre(session_event{ended{cause::goodbye, reset}}));
}

TEST(Session, KeepsTheFirstReasonOfItsEnd) {
    auto subject = connected_session();
    const auto reset = make_error_code(boost::system::errc::connection_reset);
    subject.transport_ended(reset);
    subject.transport_ended({});
    subject.disconnect(start);
    subject.receive("MESSAGE\n\n\0"s, start);
    EXPECT_THAT(events(subject), ElementsAre(session_event{ended{cause::transport, reset}}));
}

} // namespace
} // namespace rhombus::stomp
