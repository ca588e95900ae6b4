#include "check.hpp"
#include "stream_reading.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace rhombus::doctor {
namespace {

using namespace std::string_literals;
using transcript::origin;

constexpr std::int64_t second = 1'000'000'000;
constexpr std::uint32_t stream_conn = 1;

/// Facts of a stream that was opened and said what is added, second by second.
class story {
public:
    story() {
        known_.settings.system = systems::find_profile("rhombus");
        known_.settings.organization = account::sourced<std::string>{"o", "--org", {}};
        known_.stream.wanted = true;
        known_.stream.conn = stream_conn;
        known_.window = std::chrono::seconds{30};
        at(0, origin::client, "CONNECT\naccept-version:1.2\nheart-beat:10000,10000\n\n\0"s);
    }

    story& at(std::int64_t when, origin from, std::string payload) {
        transcript::ws_frame frame;
        frame.opcode = 1;
        frame.octets = payload.size();
        frame.payload = std::move(payload);
        return add(when, from, std::move(frame));
    }
    story& connected() {
        at(0, origin::server, "CONNECTED\nversion:1.2\nheart-beat:10000,10000\n\n\0"s);
        return at(0, origin::client, "SUBSCRIBE\nid:sub-0\ndestination:/topic/change/o\n\n\0"s);
    }
    story& message(std::int64_t when, const std::string& body = "{}") {
        return at(when, origin::server,
                  "MESSAGE\nsubscription:sub-0\nmessage-id:1\ndestination:/topic/change/o\n\n" +
                      body + '\0');
    }
    story& beat(std::int64_t when) { return at(when, origin::server, "\n"); }
    story& close(std::int64_t when, const std::string& payload, origin from = origin::server) {
        transcript::ws_frame frame;
        frame.opcode = 8;
        frame.octets = payload.size();
        frame.payload = payload;
        return add(when, from, std::move(frame));
    }
    story& tcp_closed(std::int64_t when, const std::string& by) {
        transcript::tcp_closed end;
        end.by = by;
        return add(when, origin::server, std::move(end));
    }

    facts until(std::int64_t when) {
        known_.observed_until_ns = when * second;
        known_.history = transcript::read_history(records_);
        return known_;
    }

private:
    story& add(std::int64_t when, origin from, transcript::detail what) {
        transcript::record one;
        one.n = records_.size();
        one.when.t_ns = when * second;
        one.conn = stream_conn;
        one.from = from;
        one.what = std::move(what);
        records_.push_back(std::move(one));
        return *this;
    }

    facts known_;
    std::vector<transcript::record> records_;
};

/// `CODE`, else the status's word.
std::string judged(std::string_view id, const facts& known) {
    const auto& one = *std::find_if(all_checks().begin(), all_checks().end(),
                                    [&](const check& candidate) { return candidate.id == id; });
    const auto stream = read_stream(known);
    if (const auto by = one.blocked_by(known, stream))
        return "blocked by " + std::string{*by};
    const auto made = one.judge(known, stream);
    return made.findings.empty() ? std::string{to_word(made.status)} : made.findings[0].id;
}

TEST(StompConnected, TellsEveryAnswerToConnectApart) {
    const auto answered = [](const std::string& answer) {
        return judged("stomp-connected", story{}.at(0, origin::server, answer).until(10));
    };
    EXPECT_EQ(answered("CONNECTED\nversion:1.2\n\n\0"s), "pass");
    EXPECT_EQ(answered("CONNECTED\nversion:1.1\n\n\0"s), "STOMP-VERSION");
    EXPECT_EQ(answered("CONNECTED\n\n\0"s), "STOMP-VERSION");
    EXPECT_EQ(answered("CONNECTED\nversion:1.2\nheart-beat:x\n\n\0"s), "HB-HEADER");
    EXPECT_EQ(answered("CONNECTED\nversion:1.2\n\n"), "STOMP-NUL");
    EXPECT_EQ(answered("ERROR\nmessage:no\n\n\0"s), "STOMP-ERROR");
    EXPECT_EQ(answered("ERROR\nversion:1.1\n\n\0"s), "STOMP-VERSION");
    EXPECT_EQ(answered("MESSAGE\n\n\0CONNECTED\nversion:1.2\n\n\0"s), "STOMP-ORDER");
    EXPECT_EQ(answered("<html>\n"), "STOMP-FRAME");
    EXPECT_EQ(answered("\n"), "WS-DEAF");
}

TEST(StompConnected, NamesTheCloseThatCameInstead) {
    EXPECT_EQ(judged("stomp-connected", story{}.close(1, "\x03\xF0no").until(1)), "CLOSE-1008");
    EXPECT_EQ(judged("stomp-connected", story{}.tcp_closed(1, "fin").until(1)), "CLOSE-1006");
}

TEST(Subscribe, IsRejectedByErrorOrByAClosingThatRefuses) {
    EXPECT_EQ(judged("subscribe", story{}.connected().until(1)), "pass");
    EXPECT_EQ(
        judged("subscribe", story{}.connected().at(0, origin::server, "ERROR\n\n\0"s).until(1)),
        "SUB-REJECTED");
    EXPECT_EQ(judged("subscribe", story{}.connected().close(1, "\x03\xF0").until(1)),
              "SUB-REJECTED");
    EXPECT_EQ(judged("subscribe", story{}.connected().close(1, "\x03\xE9").until(1)), "pass");
}

TEST(Subscribe, NeedsASessionThatBothSidesAgreeTo) {
    const auto opened = [](const std::string& answer) {
        return judged("subscribe", story{}.at(0, origin::server, answer).until(1));
    };
    EXPECT_EQ(opened("CONNECTED\nversion:1.1\n\n\0"s), "blocked by stomp-connected");
    EXPECT_EQ(opened("CONNECTED\nversion:1.2\nheart-beat:x\n\n\0"s), "blocked by stomp-connected");
    EXPECT_EQ(opened("CONNECTED\nversion:1.2\n\n\0"s), "UNKNOWN");
}

TEST(TopicDelivery, TellsQuietFromDelivered) {
    EXPECT_EQ(judged("topic-delivery", story{}.connected().message(1).until(2)), "pass");
    EXPECT_EQ(judged("topic-delivery", story{}.connected().beat(10).until(30)), "SUB-QUIET");
    EXPECT_EQ(judged("topic-delivery", story{}.connected().until(30)), "inconclusive");
    EXPECT_EQ(judged("topic-delivery", story{}.connected().tcp_closed(3, "rst").until(3)),
              "CLOSE-1006");
}

TEST(TopicDelivery, DoesNotCountAnotherSubscriptionsMessages) {
    auto other = story{};
    other.connected().at(1, origin::server, "MESSAGE\nsubscription:sub-9\n\n{}\0"s).beat(10);
    EXPECT_EQ(judged("topic-delivery", other.until(30)), "SUB-QUIET");
}

TEST(Heartbeat, AllowsTwoIntervalsAndNoMore) {
    EXPECT_EQ(judged("heartbeat", story{}.connected().beat(20).until(21)), "pass");
    EXPECT_EQ(judged("heartbeat", story{}.connected().until(21)), "HB-SERVER");
    EXPECT_EQ(judged("heartbeat", story{}.connected().beat(5).until(26)), "HB-SERVER");
}

TEST(Heartbeat, TakesEventsForLifeOnceTheWindowIsLongEnough) {
    EXPECT_EQ(judged("heartbeat", story{}.connected().message(12).until(21)), "pass");
    const auto known = story{}.connected().message(1).until(5);
    EXPECT_EQ(judged("heartbeat", known), "HB-SERVER");
    EXPECT_EQ(read_stream(known).longest_silence, std::chrono::seconds{4});
}

TEST(Heartbeat, DoesNotTakeTheEndOfAFrameForABeat) {
    auto known = story{};
    known.connected().at(1, origin::server,
                         "MESSAGE\nsubscription:sub-0\nmessage-id:1\ndestination:/t\n\n{}\0\n"s);
    EXPECT_TRUE(read_stream(known.until(2)).beats.empty());
}

TEST(Heartbeat, NamesTheEndOfAStreamThatHadWorked) {
    EXPECT_EQ(judged("heartbeat", story{}.connected().message(1).close(3, "\x03\xF4").until(3)),
              "CLOSE-1012");
    EXPECT_EQ(judged("heartbeat", story{}.connected().close(3, "\x03\xF4").until(3)),
              "blocked by topic-delivery");
}

TEST(Heartbeat, NamesAMessageThatOurSideWouldNotTake) {
    const auto ended = [](const std::string& ours) {
        return judged("heartbeat", story{}
                                       .connected()
                                       .message(1)
                                       .close(2, ours, origin::client)
                                       .tcp_closed(2, "fin")
                                       .until(3));
    };
    EXPECT_EQ(ended("\x03\xF1"), "CLOSE-1009");
    EXPECT_NE(ended("\x03\xE8"), "CLOSE-1009");
}

TEST(Heartbeat, TellsAnEndByErrorFromTheCodesAroundIt) {
    const auto ended = [](const std::string& ours, const std::string& theirs) {
        return judged("heartbeat", story{}
                                       .connected()
                                       .message(1)
                                       .at(2, origin::server, "ERROR\nmessage:no\n\n\0"s)
                                       .close(2, ours, origin::client)
                                       .close(2, theirs)
                                       .until(3));
    };
    EXPECT_EQ(ended("\x03\xE8", "\x03\xEA"), "CLOSE-1002");
    EXPECT_EQ(ended("\x03\xE8", "\x03\xE8"), "STOMP-ERROR");
}

TEST(Events, NameTheFirstDefectOfItsKind) {
    EXPECT_EQ(judged("events", story{}.connected().message(1).until(2)), "pass");
    EXPECT_EQ(judged("events", story{}.connected().message(1, "{").until(2)), "JSON-SYNTAX");
    EXPECT_EQ(
        judged("events", story{}.connected().at(1, origin::server, "MESSAGE\nx\n\n\0"s).until(2)),
        "STOMP-MALFORMED");
    EXPECT_EQ(judged("events", story{}
                                   .connected()
                                   .at(1, origin::server, "MESSAGE\nsubscription:sub-0\n\n{}\0"s)
                                   .until(2)),
              "STOMP-MALFORMED");
    EXPECT_EQ(judged("events", story{}.connected().at(1, origin::server, "\xC3\x28").until(2)),
              "WS-FRAME");
    EXPECT_EQ(judged("events", story{}.connected().close(1, "\x03\xEE").until(2)), "WS-FRAME");
    EXPECT_EQ(judged("events", story{}.connected().close(1, "\x03").until(2)), "WS-FRAME");
    EXPECT_EQ(judged("events", story{}.connected().close(1, "\x03\xE8").until(2)),
              "blocked by topic-delivery");
}

} // namespace
} // namespace rhombus::doctor
