#include <rhombus/stomp/session.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <ostream>

namespace rhombus::stomp {

void PrintTo(session_phase phase, std::ostream* out) {
    constexpr std::array names{"idle", "connecting", "connected", "disconnecting", "ended"};
    *out << names.at(static_cast<std::size_t>(phase));
}

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using namespace session_events;
using testing::ElementsAre;
using testing::IsEmpty;
using phase = session_phase;

constexpr time_point start{};
const std::string connected_octets = "CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0"s;
const std::string connect_octets = "CONNECT\naccept-version:1.2\nheart-beat:10000,10000\n\n\0"s;
const std::string disconnect_octets = "DISCONNECT\nreceipt:goodbye\n\n\0"s;

std::string why_word(cause why) {
    constexpr std::array names{"goodbye", "transport", "silent", "timeout", "error", "protocol"};
    return names.at(static_cast<std::size_t>(why));
}

std::string odd_word(oddity what) {
    constexpr std::array names{"unasked receipt", "body on", "no subscription on", "no id on"};
    return names.at(static_cast<std::size_t>(what));
}

/// One phrase an event, so that whole dialogues compare.
struct phrase {
    std::string operator()(const connected& e) const {
        return "connected " + e.version + ' ' + std::to_string(e.beats.send_every.count()) + '/' +
               std::to_string(e.beats.expect_every.count());
    }
    std::string operator()(const message& e) const { return "message " + e.frame.body; }
    std::string operator()(const stray& e) const { return "stray " + e.subscription; }
    std::string operator()(const receipt& e) const { return "receipt " + e.id; }
    std::string operator()(const unanswered& e) const { return "unanswered " + e.id; }
    std::string operator()(const note& e) const { return odd_word(e.what) + ' ' + e.detail; }
    std::string operator()(const error& e) const {
        return "error " + std::string{e.frame.find("message").value_or("")} + ": " + e.frame.body;
    }
    std::string operator()(const beat&) const { return "beat"; }
    std::string operator()(const violation& e) const {
        return std::string{name_of(e.what.code)} + " @" + std::to_string(e.what.offset);
    }
    std::string operator()(const ended& e) const {
        return "ended " + why_word(e.why) + (e.transport ? " " + e.transport.message() : "");
    }
};

std::vector<std::string> outputs(session& subject) {
    std::vector<std::string> all;
    while (auto next = subject.next_output())
        all.push_back(std::move(*next));
    return all;
}

std::vector<std::string> events(session& subject) {
    std::vector<std::string> all;
    while (const auto next = subject.next_event())
        all.push_back(std::visit(phrase{}, *next));
    return all;
}

boost::system::error_code reset() {
    return make_error_code(boost::system::errc::connection_reset);
}

/// A session in that phase at `start`, its outputs and events taken. Connected, it has the
/// subscription `s`, whose receipt `r` is still awaited.
session session_in(phase wanted) {
    session subject{{}};
    if (wanted != phase::idle)
        subject.start(start);
    if (wanted == phase::connected || wanted == phase::disconnecting) {
        subject.receive(connected_octets, start);
        subject.subscribe("s", "/t", "r", start);
    }
    if (wanted == phase::disconnecting)
        subject.disconnect(start);
    if (wanted == phase::ended)
        subject.transport_ended({});
    outputs(subject);
    events(subject);
    return subject;
}

// ---- each state, each event ---------------------------------------------------------------------

/// What can happen to a session.
struct stimulus {
    const char* name;
    void (*act)(session& subject);
};

const std::array stimuli{
    stimulus{"start", [](session& s) { s.start(start); }},
    stimulus{"nothing", [](session& s) { s.receive("", start); }},
    stimulus{"EOL", [](session& s) { s.receive("\n", start); }},
    stimulus{"half", [](session& s) { s.receive("MESS", start); }},
    stimulus{"CONNECTED", [](session& s) { s.receive(connected_octets, start); }},
    stimulus{"CONNECTED 1.1",
             [](session& s) { s.receive("CONNECTED\nversion:1.1\n\n\0"s, start); }},
    stimulus{"MESSAGE",
             [](session& s) { s.receive("MESSAGE\nsubscription:s\nmessage-id:1\n\nx\0"s, start); }},
    stimulus{"MESSAGE for another",
             [](session& s) { s.receive("MESSAGE\nsubscription:t\nmessage-id:1\n\nx\0"s, start); }},
    stimulus{"RECEIPT asked for",
             [](session& s) { s.receive("RECEIPT\nreceipt-id:r\n\n\0"s, start); }},
    stimulus{"RECEIPT unasked",
             [](session& s) { s.receive("RECEIPT\nreceipt-id:u\n\n\0"s, start); }},
    stimulus{"RECEIPT of goodbye",
             [](session& s) { s.receive("RECEIPT\nreceipt-id:goodbye\n\n\0"s, start); }},
    stimulus{"ERROR", [](session& s) { s.receive("ERROR\nmessage:no\n\nwhy\0"s, start); }},
    stimulus{"unknown", [](session& s) { s.receive("HELLO\n\n\0"s, start); }},
    stimulus{"client's command", [](session& s) { s.receive("SEND\n\n\0"s, start); }},
    stimulus{"tick at once", [](session& s) { s.tick(start); }},
    stimulus{"tick after 2 s", [](session& s) { s.tick(start + 2s); }},
    stimulus{"tick after 9 s", [](session& s) { s.tick(start + 9s); }},
    stimulus{"tick after 10 s", [](session& s) { s.tick(start + 10s); }},
    stimulus{"tick after a minute", [](session& s) { s.tick(start + 1min); }},
    stimulus{"subscribe", [](session& s) { s.subscribe("s2", "/u", std::nullopt, start); }},
    stimulus{"subscribe again", [](session& s) { s.subscribe("s", "/u", std::nullopt, start); }},
    stimulus{"unsubscribe", [](session& s) { s.unsubscribe("s", start); }},
    stimulus{"unsubscribe another", [](session& s) { s.unsubscribe("s2", start); }},
    stimulus{"disconnect", [](session& s) { s.disconnect(start); }},
    stimulus{"reset", [](session& s) { s.transport_ended(reset()); }},
};

/// What follows: outputs, events, the next phase. A stimulus that a state does not name changes
/// nothing.
struct reaction {
    const char* to;
    std::vector<std::string> sent;
    std::vector<std::string> told;
    phase next;
};

const reaction& expected(const std::vector<reaction>& named, const char* stimulus_name,
                         const reaction& unchanged) {
    for (const auto& one : named) {
        if (std::string_view{one.to} == stimulus_name)
            return one;
    }
    return unchanged;
}

void expect_reactions(phase from, const std::vector<reaction>& named) {
    const reaction unchanged{"", {}, {}, from};
    for (const auto& given : stimuli) {
        SCOPED_TRACE(given.name);
        auto subject = session_in(from);
        given.act(subject);
        const auto& wanted = expected(named, given.name, unchanged);
        EXPECT_EQ(outputs(subject), wanted.sent);
        EXPECT_EQ(events(subject), wanted.told);
        EXPECT_EQ(subject.phase(), wanted.next);
        EXPECT_EQ(subject.finished(), wanted.next == phase::ended);
    }
    // A row that no stimulus bears would test nothing.
    for (const auto& row : named)
        EXPECT_TRUE(std::any_of(stimuli.begin(), stimuli.end(), [&](const auto& one) {
            return std::string_view{one.name} == row.to;
        })) << row.to;
}

/// @returns rows in which that state ends for a broken rule.
std::vector<std::string> broken(const std::string& rule) {
    return {rule + " @0", "ended protocol"};
}

TEST(SessionTransitions, Idle) {
    expect_reactions(
        phase::idle,
        {
            {"start", {connect_octets}, {}, phase::connecting},
            {"CONNECTED", {}, broken("frame-before-connected"), phase::ended},
            {"CONNECTED 1.1", {}, broken("frame-before-connected"), phase::ended},
            {"MESSAGE", {}, broken("frame-before-connected"), phase::ended},
            {"MESSAGE for another", {}, broken("frame-before-connected"), phase::ended},
            {"RECEIPT asked for", {}, broken("frame-before-connected"), phase::ended},
            {"RECEIPT unasked", {}, broken("frame-before-connected"), phase::ended},
            {"RECEIPT of goodbye", {}, broken("frame-before-connected"), phase::ended},
            {"ERROR", {}, {"error no: why", "ended error"}, phase::ended},
            {"unknown", {}, broken("unknown-command"), phase::ended},
            {"client's command", {}, broken("unknown-command"), phase::ended},
            {"disconnect", {}, {"ended goodbye"}, phase::ended},
            {"reset", {}, {"ended transport " + reset().message()}, phase::ended},
        });
}

TEST(SessionTransitions, Connecting) {
    expect_reactions(
        phase::connecting,
        {
            {"CONNECTED", {}, {"connected 1.2 10000/10000"}, phase::connected},
            {"CONNECTED 1.1", {}, broken("version-not-offered"), phase::ended},
            {"MESSAGE", {}, broken("frame-before-connected"), phase::ended},
            {"MESSAGE for another", {}, broken("frame-before-connected"), phase::ended},
            {"RECEIPT asked for", {}, broken("frame-before-connected"), phase::ended},
            {"RECEIPT unasked", {}, broken("frame-before-connected"), phase::ended},
            {"RECEIPT of goodbye", {}, broken("frame-before-connected"), phase::ended},
            {"ERROR", {}, {"error no: why", "ended error"}, phase::ended},
            {"unknown", {}, broken("unknown-command"), phase::ended},
            {"client's command", {}, broken("unknown-command"), phase::ended},
            {"tick after 10 s", {}, {"ended timeout"}, phase::ended},
            {"tick after a minute", {}, {"ended timeout"}, phase::ended},
            {"disconnect", {}, {"ended goodbye"}, phase::ended},
            {"reset", {}, {"ended transport " + reset().message()}, phase::ended},
        });
}

TEST(SessionTransitions, Connected) {
    const auto behind = [](const std::string& rule) {
        return std::vector<std::string>{rule + " @" + std::to_string(connected_octets.size()),
                                        "ended protocol"};
    };
    expect_reactions(
        phase::connected,
        {
            {"EOL", {}, {"beat"}, phase::connected},
            {"CONNECTED", {}, behind("second-connected"), phase::ended},
            {"CONNECTED 1.1", {}, behind("second-connected"), phase::ended},
            {"MESSAGE", {}, {"message x"}, phase::connected},
            {"MESSAGE for another", {}, {"stray t"}, phase::connected},
            {"RECEIPT asked for", {}, {"receipt r"}, phase::connected},
            {"RECEIPT unasked", {}, {"unasked receipt u"}, phase::connected},
            {"RECEIPT of goodbye", {}, {"unasked receipt goodbye"}, phase::connected},
            {"ERROR", {}, {"error no: why", "ended error"}, phase::ended},
            {"unknown", {}, behind("unknown-command"), phase::ended},
            {"client's command", {}, behind("unknown-command"), phase::ended},
            {"tick after 9 s", {"\n"}, {}, phase::connected},
            {"tick after 10 s", {"\n"}, {"unanswered r"}, phase::connected},
            {"tick after a minute", {}, {"ended silent"}, phase::ended},
            {"subscribe", {"SUBSCRIBE\nid:s2\ndestination:/u\n\n\0"s}, {}, phase::connected},
            {"unsubscribe", {"UNSUBSCRIBE\nid:s\n\n\0"s}, {}, phase::connected},
            {"disconnect", {disconnect_octets}, {}, phase::disconnecting},
            {"reset", {}, {"ended transport " + reset().message()}, phase::ended},
        });
}

// An end that we asked for stays one, whatever comes (requirements R-604, R-606).
TEST(SessionTransitions, Disconnecting) {
    const auto rule = [](const std::string& name) {
        return std::vector<std::string>{name + " @" + std::to_string(connected_octets.size()),
                                        "ended goodbye"};
    };
    expect_reactions(phase::disconnecting,
                     {
                         {"CONNECTED", {}, rule("second-connected"), phase::ended},
                         {"CONNECTED 1.1", {}, rule("second-connected"), phase::ended},
                         {"RECEIPT asked for", {}, {"receipt r"}, phase::disconnecting},
                         {"RECEIPT unasked", {}, {"unasked receipt u"}, phase::disconnecting},
                         {"RECEIPT of goodbye", {}, {"ended goodbye"}, phase::ended},
                         {"ERROR", {}, {"ended goodbye"}, phase::ended},
                         {"unknown", {}, rule("unknown-command"), phase::ended},
                         {"client's command", {}, rule("unknown-command"), phase::ended},
                         {"tick after 2 s", {}, {"ended goodbye"}, phase::ended},
                         {"tick after 9 s", {}, {"ended goodbye"}, phase::ended},
                         {"tick after 10 s", {}, {"ended goodbye"}, phase::ended},
                         {"tick after a minute", {}, {"ended goodbye"}, phase::ended},
                         {"reset", {}, {"ended goodbye " + reset().message()}, phase::ended},
                     });
}

TEST(SessionTransitions, Ended) {
    expect_reactions(phase::ended, {});
}

// ---- CONNECT ------------------------------------------------------------------------------------

TEST(Session, OpensWithTheGuidesConnect) {
    session subject{{}};
    subject.start(start);
    EXPECT_THAT(outputs(subject), ElementsAre(connect_octets));
    EXPECT_EQ(subject.deadline(), start + 10s);
}

TEST(Session, R204SendsHostAndCredentialsWhereGiven) {
    session subject{{.host = "broker", .login = "guest", .passcode = "secret"}};
    subject.start(start);
    EXPECT_THAT(outputs(subject),
                ElementsAre("CONNECT\naccept-version:1.2\nhost:broker\nlogin:"
                            "guest\npasscode:secret\nheart-beat:10000,10000\n\n\0"s));
}

TEST(Session, R958RefusesAHeaderThatCannotBeSent) {
    session subject{{.host = "a\nb"}};
    subject.start(start);
    EXPECT_THAT(outputs(subject), IsEmpty());
    EXPECT_THAT(events(subject), ElementsAre("unencodable-header @1", "ended protocol"));
    EXPECT_EQ(subject.deadline(), std::nullopt);
}

TEST(Session, R319SkipsAnEolBeforeConnected) {
    auto subject = session_in(phase::connecting);
    subject.receive("\n\r\n" + connected_octets, start);
    EXPECT_THAT(events(subject), ElementsAre("connected 1.2 10000/10000"));
}

TEST(Session, R318GivesUpWithoutConnectedNotBeforeTheLimit) {
    auto subject = session_in(phase::connecting);
    subject.tick(start + 9999ms);
    EXPECT_FALSE(subject.finished());
    subject.tick(start + 10s);
    EXPECT_THAT(events(subject), ElementsAre("ended timeout"));
}

struct refused {
    const char* name;
    std::string answer;
    violation expected;
};
void PrintTo(const refused& row, std::ostream* out) {
    *out << row.name;
}
class SessionRefuses : public testing::TestWithParam<refused> {};

TEST_P(SessionRefuses, AnAnswerThatBreaksARule) {
    auto subject = session_in(phase::connecting);
    subject.receive(GetParam().answer, start);
    const auto first = subject.next_event();
    ASSERT_TRUE(first);
    EXPECT_EQ(*first, session_event{GetParam().expected})
        << std::get<violation>(*first).detail << " @" << std::get<violation>(*first).what.offset;
    EXPECT_THAT(events(subject), ElementsAre("ended protocol"));
}

INSTANTIATE_TEST_SUITE_P(
    Answers, SessionRefuses,
    testing::Values(
        refused{"R320OtherVersion",
                "CONNECTED\nversion:1.1\n\n\0"s,
                {{errc::version_not_offered, 0}, "the server chose 1.1, offered was 1.2"}},
        refused{"R320NoVersion",
                "CONNECTED\n\n\0"s,
                {{errc::version_not_offered, 0},
                 "the server chose none, that is 1.0, offered was 1.2"}},
        refused{
            "R412MalformedHeartbeat",
            "CONNECTED\nversion:1.2\nheart-beat:10000\n\n\0"s,
            {{errc::malformed_heartbeat, 0}, "expected a comma and a second number at octet 5"}},
        refused{"R319MessageFirst",
                "MESSAGE\n\n\0"s,
                {{errc::frame_before_connected, 0}, "MESSAGE came before CONNECTED"}},
        refused{"NoStomp",
                "<html>\n"s,
                {{errc::unknown_command, 0}, std::string{describe(errc::unknown_command)}}}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(Session, R321AsksForNothingButTheVersion) {
    auto subject = session_in(phase::connecting);
    subject.receive("CONNECTED\nversion:1.2\nfoo:bar\n\n\0"s, start);
    EXPECT_THAT(events(subject), ElementsAre("connected 1.2 0/0"));
    EXPECT_EQ(subject.deadline(), std::nullopt);
    subject.tick(start + 24h);
    EXPECT_EQ(subject.phase(), phase::connected);
    EXPECT_THAT(outputs(subject), IsEmpty());
}

TEST(Session, R325NotesABodyWhereNoneIsAllowed) {
    auto subject = session_in(phase::connecting);
    subject.receive("CONNECTED\nversion:1.2\n\nhi\0RECEIPT\nreceipt-id:x\n\nho\0"s, start);
    EXPECT_THAT(events(subject), ElementsAre("connected 1.2 0/0", "body on CONNECTED",
                                             "body on RECEIPT", "unasked receipt x"));
}

// ---- messages and subscriptions -----------------------------------------------------------------

TEST(Session, R323DeliversNothingAfterError) {
    auto subject = session_in(phase::connected);
    subject.receive("ERROR\nmessage:no\n\nwhy\0MESSAGE\nsubscription:s\n\nx\0"s, start);
    EXPECT_THAT(events(subject), ElementsAre("error no: why", "ended error"));
}

TEST(Session, R507DeliversMessagesAndBeatsInOrder) {
    auto subject = session_in(phase::connected);
    subject.receive("\nMESSAGE\nsubscription:s\nmessage-id:1\n\n1\0"
                    "MESSAGE\nsubscription:s\nmessage-id:2\n\n2\0"s,
                    start);
    EXPECT_THAT(events(subject), ElementsAre("beat", "message 1", "message 2"));
}

TEST(Session, TakesAnEolBehindAFrameInItsMessageForTheFramesEnd) {
    auto subject = session_in(phase::connected);
    subject.receive("MESSAGE\nsubscription:s\nmessage-id:1\n\n1\0\n"s, start);
    EXPECT_THAT(events(subject), ElementsAre("message 1"));
    subject.receive("\n", start);
    EXPECT_THAT(events(subject), ElementsAre("beat"));
}

TEST(Session, R503GivesEachSubscriptionAnIdOfItsOwn) {
    auto subject = session_in(phase::connected);
    subject.subscribe("s", "/other", std::nullopt, start);
    EXPECT_THAT(outputs(subject), IsEmpty());
    subject.unsubscribe("s", start);
    subject.subscribe("s", "/other", std::nullopt, start);
    EXPECT_THAT(outputs(subject), ElementsAre("UNSUBSCRIBE\nid:s\n\n\0"s,
                                              "SUBSCRIBE\nid:s\ndestination:/other\n\n\0"s));
}

TEST(Session, R505MatchesBySubscriptionAndNotByDestination) {
    auto subject = session_in(phase::connected);
    subject.receive("MESSAGE\nsubscription:s\nmessage-id:1\ndestination:/else\n\na\0"
                    "MESSAGE\nsubscription:\nmessage-id:1\ndestination:/t\n\nb\0"s,
                    start);
    EXPECT_THAT(events(subject), ElementsAre("message a", "stray "));
}

TEST(Session, R513DeliversAMessageThatLacksAHeaderWithANote) {
    auto subject = session_in(phase::connected);
    subject.receive("MESSAGE\nmessage-id:1\n\na\0MESSAGE\nsubscription:s\n\nb\0"s, start);
    EXPECT_THAT(events(subject), ElementsAre("no subscription on MESSAGE", "message a",
                                             "no id on MESSAGE", "message b"));
}

TEST(Session, DoesNotGuessAmongSeveralSubscriptions) {
    auto subject = session_in(phase::connected);
    subject.subscribe("s2", "/u", std::nullopt, start);
    subject.receive("MESSAGE\nmessage-id:1\n\na\0"s, start);
    EXPECT_THAT(events(subject), ElementsAre("stray "));
}

TEST(Session, R514TakesLateMessagesAfterUnsubscribe) {
    auto subject = session_in(phase::connected);
    subject.unsubscribe("s", start);
    subject.receive("MESSAGE\nsubscription:s\nmessage-id:1\n\na\0MESSAGE\n\nb\0"s, start);
    EXPECT_THAT(events(subject), ElementsAre("stray s", "stray "));
    EXPECT_EQ(subject.phase(), phase::connected);
}

TEST(Session, R515WaitsForAReceiptOfSubscribeForALimitedTimeOnly) {
    auto subject = session_in(phase::connecting);
    subject.receive("CONNECTED\nversion:1.2\n\n\0"s, start);
    subject.subscribe("s", "/t", "r1", start);
    subject.subscribe("t", "/t", "r2", start + 1s);
    EXPECT_THAT(outputs(subject),
                ElementsAre("SUBSCRIBE\nid:s\ndestination:/t\nreceipt:r1\n\n\0"s,
                            "SUBSCRIBE\nid:t\ndestination:/t\nreceipt:r2\n\n\0"s));
    events(subject);
    EXPECT_EQ(subject.deadline(), start + 10s);
    subject.tick(start + 9999ms);
    EXPECT_THAT(events(subject), IsEmpty());
    subject.tick(start + 10s);
    EXPECT_THAT(events(subject), ElementsAre("unanswered r1"));
    EXPECT_EQ(subject.deadline(), start + 11s);
    subject.receive("RECEIPT\nreceipt-id:r1\n\n\0RECEIPT\nreceipt-id:r2\n\n\0"s, start + 10s);
    EXPECT_THAT(events(subject), ElementsAre("unasked receipt r1", "receipt r2"));
    EXPECT_EQ(subject.deadline(), std::nullopt);
}

TEST(Session, TakesAReceiptOnce) {
    auto subject = session_in(phase::connected);
    subject.receive("RECEIPT\nreceipt-id:r\n\n\0RECEIPT\nreceipt-id:r\n\n\0"s, start);
    EXPECT_THAT(events(subject), ElementsAre("receipt r", "unasked receipt r"));
}

// ---- heart-beat ---------------------------------------------------------------------------------

TEST(Session, R403BeatsWhenNothingElseWentOut) {
    auto subject = session_in(phase::connected);
    subject.tick(start + 8999ms);
    EXPECT_THAT(outputs(subject), IsEmpty());
    subject.tick(start + 9s);
    EXPECT_THAT(outputs(subject), ElementsAre("\n"));
    subject.receive("RECEIPT\nreceipt-id:r\n\n\0"s, start + 9s);
    EXPECT_EQ(subject.deadline(), start + 18s);
}

TEST(Session, R418LeavesABeatOutWhenOtherDataWentOut) {
    auto subject = session_in(phase::connected);
    subject.unsubscribe("s", start + 5s);
    subject.tick(start + 13'999ms);
    EXPECT_THAT(outputs(subject), ElementsAre("UNSUBSCRIBE\nid:s\n\n\0"s));
    subject.tick(start + 14s);
    EXPECT_THAT(outputs(subject), ElementsAre("\n"));
}

TEST(Session, R806PilesUpNoBeatsForAPeerThatStopsReading) {
    auto subject = session_in(phase::connected);
    for (auto now = start + 9s; now < start + 200s; now += 9s) {
        subject.receive("\n", now);
        subject.tick(now);
    }
    EXPECT_THAT(outputs(subject), ElementsAre("\n"));
}

TEST(Session, R407TakesHalfAFrameForLife) {
    auto subject = session_in(phase::connected);
    subject.receive("MES", start + 20s);
    subject.tick(start + 45s);
    EXPECT_FALSE(subject.finished());
    subject.tick(start + 45'001ms);
    EXPECT_THAT(events(subject), ElementsAre("unanswered r", "ended silent"));
}

TEST(Session, TakesAnEmptyMessageForNoLife) {
    auto subject = session_in(phase::connected);
    subject.receive("", start + 20s);
    subject.tick(start + 25'001ms);
    EXPECT_THAT(events(subject), ElementsAre("ended silent"));
}

TEST(Session, KeepsTheAccountOfBothDirectionsBeyondItsEnd) {
    auto subject = session_in(phase::connecting);
    EXPECT_EQ(subject.ledger(), nullptr);
    subject.receive(connected_octets, start + 1s);
    subject.tick(start + 10s);                          // a beat of ours
    subject.receive("\r\n", start + 12s);               // a beat
    subject.receive("MESSAGE\nfoo:bar\n", start + 13s); // data
    subject.receive("\n", start + 14s);                 // still of that frame
    subject.receive("", start + 15s);                   // nothing
    subject.transport_ended({});
    ASSERT_NE(subject.ledger(), nullptr);
    const moment end{start + 20s};
    EXPECT_EQ(subject.ledger()->received.until(end),
              (gap_account{.longest = {{start + 1s}, {start + 12s}},
                           .last = {{start + 14s}, end},
                           .overdue = 0,
                           .beats = 1,
                           .octets = 2 + 16 + 1}));
    EXPECT_EQ(subject.ledger()->sent.until(end), (gap_account{.longest = {{start + 10s}, end},
                                                              .last = {{start + 10s}, end},
                                                              .overdue = 0,
                                                              .beats = 1,
                                                              .octets = 1}));
}

TEST(Session, CountsWhatItSendsInItsAccount) {
    auto subject = session_in(phase::connected);
    const auto subscribe = "SUBSCRIBE\nid:s\ndestination:/t\nreceipt:r\n\n\0"s;
    subject.disconnect(start + 3s);
    EXPECT_EQ(subject.ledger()->sent.until({start + 3s}),
              (gap_account{.longest = {{start}, {start + 3s}},
                           .last = {{start + 3s}, {start + 3s}},
                           .overdue = 0,
                           .beats = 0,
                           .octets = subscribe.size() + disconnect_octets.size()}));
}

// ---- the end ------------------------------------------------------------------------------------

TEST(Session, R602DisconnectsWithAReceiptAndWaitsForIt) {
    auto subject = session_in(phase::connected);
    subject.disconnect(start);
    EXPECT_THAT(outputs(subject), ElementsAre(disconnect_octets));
    EXPECT_EQ(subject.deadline(), start + 2s);
    subject.receive("RECEIPT\nreceipt-id:other\n\n\0"s, start);
    EXPECT_FALSE(subject.finished());
    subject.receive("RECEIPT\nreceipt-id:goodbye\n\n\0"s, start);
    EXPECT_THAT(events(subject), ElementsAre("unasked receipt other", "ended goodbye"));
}

TEST(Session, R603WaitsForAReceiptThatNeverComesNotBeyondTheLimit) {
    auto subject = session_in(phase::disconnecting);
    subject.tick(start + 1999ms);
    EXPECT_FALSE(subject.finished());
    subject.tick(start + 2s);
    EXPECT_THAT(events(subject), ElementsAre("ended goodbye"));
}

TEST(Session, R604SendsNothingAfterDisconnect) {
    session subject{{.receipt_limit = 1min}};
    subject.start(start);
    subject.receive(connected_octets, start);
    subject.disconnect(start);
    outputs(subject);
    subject.subscribe("sub-0", "/t", std::nullopt, start);
    subject.disconnect(start);
    subject.tick(start + 30s);
    EXPECT_THAT(outputs(subject), IsEmpty());
    EXPECT_FALSE(subject.finished());
}

TEST(Session, KeepsTheFirstReasonOfItsEnd) {
    auto subject = session_in(phase::connected);
    subject.transport_ended(reset());
    subject.transport_ended({});
    subject.disconnect(start);
    subject.receive("MESSAGE\n\n\0"s, start);
    EXPECT_THAT(events(subject), ElementsAre("ended transport " + reset().message()));
    EXPECT_EQ(subject.deadline(), std::nullopt);
}

TEST(Session, R329LeavesNothingOfAFrameToTheNextConnection) {
    auto broken_off = session_in(phase::connected);
    broken_off.receive("MESSAGE\nsubscription:s\n\nhal", start);
    broken_off.transport_ended(reset());

    auto next = session_in(phase::connected);
    next.receive("MESSAGE\nsubscription:s\nmessage-id:1\n\nwhole\0"s, start);
    EXPECT_THAT(events(next), ElementsAre("message whole"));
    broken_off.start(start);
    EXPECT_THAT(outputs(broken_off), IsEmpty());
}

TEST(Session, R301PutsADialogueTogetherHoweverItIsCut) {
    const auto whole =
        "\n" + connected_octets + "\nRECEIPT\nreceipt-id:r\n\n\0\n"s + "ERROR\nmessage:no\n\nx\0"s;
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        auto subject = session_in(phase::connecting);
        subject.receive(whole.substr(0, cut), start);
        subject.receive(whole.substr(cut), start);
        auto told = events(subject);
        std::erase(told, "beat"); // Which EOL ends a frame depends on the message it came in.
        EXPECT_THAT(told, ElementsAre("connected 1.2 10000/10000", "unasked receipt r",
                                      "error no: x", "ended error"))
            << "cut at " << cut;
    }
}

} // namespace
} // namespace rhombus::stomp
