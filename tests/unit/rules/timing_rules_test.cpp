#include "script.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <ostream>

namespace rhombus::rules::test {
namespace {

struct timed_row {
    const char* name;
    const char* rule;
    outcome result;
    level weight;
    std::function<void(script&)> happened;
};
void PrintTo(const timed_row& row, std::ostream* out) {
    *out << row.rule << ' ' << row.name;
}

class TimedRule : public testing::TestWithParam<timed_row> {};

TEST_P(TimedRule, RulesAsItsBandsSay) {
    script written;
    GetParam().happened(written);
    const auto* const subject = find_rule(GetParam().rule);
    ASSERT_NE(subject, nullptr);
    const auto given = subject->judge(written.read(), {});
    EXPECT_EQ(given.result, GetParam().result) << given.message;
    EXPECT_EQ(given.rests_on, basis::time);
    if (given.result == outcome::broken) {
        EXPECT_EQ(std::max(given.weight, subject->level), GetParam().weight) << given.message;
    }
}

constexpr auto held = outcome::held;
constexpr auto broken = outcome::broken;
constexpr auto unseen = outcome::not_observed;
constexpr auto must = level::must;
constexpr auto should = level::should;

std::string row_name(const testing::TestParamInfo<timed_row>& info) {
    std::string name = info.param.rule;
    name.erase(name.find('-'), 1);
    return name + info.param.name;
}

void ping_answered_after(script& s, std::chrono::nanoseconds wait) {
    s.open().at(1s).frame(origin::server, 9, "hi").at(1s + wait).frame(origin::client, 10, "hi");
}
void close_answered_after(script& s, std::chrono::nanoseconds wait) {
    s.open().at(1s).close(origin::server, 1001).at(1s + wait).close(origin::client, 1001);
}

INSTANTIATE_TEST_SUITE_P(
    WebSocket, TimedRule,
    testing::Values(
        timed_row{"AtOnce", "R-154", held, must, [](script& s) { ping_answered_after(s, 1250ms); }},
        timed_row{"Slow", "R-154", broken, should,
                  [](script& s) { ping_answered_after(s, 1251ms); }},
        timed_row{"VerySlow", "R-154", broken, must,
                  [](script& s) { ping_answered_after(s, 10251ms); }},
        timed_row{"Never", "R-154", broken, must,
                  [](script& s) { s.open().frame(origin::server, 9, "hi").until(11s); }},
        timed_row{"OtherPayload", "R-154", broken, must,
                  [](script& s) {
                      s.open().frame(origin::server, 9, "hi").frame(origin::client, 10, "");
                      s.until(11s);
                  }},
        timed_row{"NotLookedLongEnough", "R-154", unseen, must,
                  [](script& s) { s.open().frame(origin::server, 9, "hi").until(1s); }},
        timed_row{"OnlyTheNewestOfTwo", "R-154", held, must,
                  [](script& s) {
                      s.open().frame(origin::server, 9, "a").frame(origin::server, 9, "b");
                      s.frame(origin::client, 10, "b").until(30s);
                  }},
        timed_row{"Answered", "R-171", held, must, [](script& s) { close_answered_after(s, 1s); }},
        timed_row{"AnsweredLate", "R-171", broken, should,
                  [](script& s) { close_answered_after(s, 2s); }},
        timed_row{"AnsweredTooLate", "R-171", broken, must,
                  [](script& s) { close_answered_after(s, 6s); }},
        timed_row{"OnlyTcpEnded", "R-171", broken, must,
                  [](script& s) { s.open().close(origin::server, 1001).fin(origin::client); }},
        timed_row{"NeverAnswered", "R-171", broken, must,
                  [](script& s) { s.open().close(origin::server, 1001).until(6s); }},
        timed_row{
            "ServerDidNotWait", "R-171", unseen, must,
            [](script& s) { s.open().close(origin::server, 1001).fin(origin::server).until(9s); }},
        timed_row{
            "ClientClosedFirst", "R-171", unseen, must,
            [](script& s) { s.open().close(origin::client, 1000).close(origin::server, 1000); }}),
    row_name);

void connected_withheld(script& s, std::chrono::nanoseconds gives_up) {
    s.open().connect().at(gives_up).close(origin::client, 1002).until(80s);
}

INSTANTIATE_TEST_SUITE_P(
    Opening, TimedRule,
    testing::Values(
        timed_row{"AtOnce", "R-202", held, should, [](script& s) { s.open().at(1s).connect(); }},
        timed_row{"Late", "R-202", broken, should, [](script& s) { s.open().at(6s).connect(); }},
        timed_row{"Never", "R-202", broken, should, [](script& s) { s.open().until(6s); }},
        timed_row{"NotYet", "R-202", unseen, should, [](script& s) { s.open().until(4s); }},
        timed_row{"TenSeconds", "R-318", held, must, [](script& s) { connected_withheld(s, 10s); }},
        timed_row{"TooShort", "R-318", broken, should,
                  [](script& s) { connected_withheld(s, 2s); }},
        timed_row{"FortySeconds", "R-318", broken, should,
                  [](script& s) { connected_withheld(s, 40s); }},
        timed_row{"Never", "R-318", broken, must, [](script& s) { s.open().connect().until(76s); }},
        timed_row{"StillWaitingAfterForty", "R-318", broken, should,
                  [](script& s) { s.open().connect().until(40s); }},
        timed_row{"MayStillGiveUp", "R-318", unseen, must,
                  [](script& s) { s.open().connect().until(20s); }},
        timed_row{"StoppedByUs", "R-318", unseen, must,
                  [](script& s) { s.open().connect().at(20s).stop().fin(origin::client); }},
        timed_row{"ErrorInstead", "R-318", unseen, must,
                  [](script& s) { s.open().connect().server("ERROR\n\n\0"s).until(90s); }}),
    row_name);

script& beats_every(script& s, std::chrono::nanoseconds interval, int count) {
    s.open().connect().connected();
    for (int i = 1; i <= count; ++i)
        s.at(i * interval).client("\n");
    return s;
}

INSTANTIATE_TEST_SUITE_P(
    Beats, TimedRule,
    testing::Values(
        timed_row{"OnTime", "R-403", held, must, [](script& s) { beats_every(s, 10s, 3); }},
        timed_row{"WithinTolerance", "R-403", held, must,
                  [](script& s) { beats_every(s, 11250ms, 3); }},
        timed_row{"Late", "R-403", broken, should, [](script& s) { beats_every(s, 11251ms, 3); }},
        timed_row{"TooLate", "R-403", broken, must, [](script& s) { beats_every(s, 20251ms, 1); }},
        timed_row{"None", "R-403", broken, must,
                  [](script& s) { s.open().connect().connected().until(21s); }},
        timed_row{"ServerWantsLess", "R-403", held, must,
                  [](script& s) {
                      s.open().connect().connected("10000,20000").at(20s).client("\n").until(22s);
                  }},
        timed_row{"NoneAgreed", "R-403", unseen, must,
                  [](script& s) { s.open().connect().connected("0,0").until(90s); }},
        timed_row{"OverBeforeTheFirst", "R-403", unseen, must,
                  [](script& s) { s.open().connect().connected().until(5s); }},
        timed_row{"PingsInstead", "R-405", broken, must,
                  [](script& s) {
                      s.open().connect().connected();
                      s.at(10s).frame(origin::client, 9, "").at(20s).frame(origin::client, 9, "");
                      s.until(25s);
                  }},
        timed_row{"PingsBeside", "R-405", held, must,
                  [](script& s) { beats_every(s, 10s, 2).frame(origin::client, 9, ""); }},
        timed_row{"NothingAtAllIsAnotherRule", "R-405", unseen, must,
                  [](script& s) { s.open().connect().connected().until(25s); }},
        timed_row{"Apart", "R-406", held, must, [](script& s) { beats_every(s, 10s, 4); }},
        timed_row{"Close", "R-406", broken, should, [](script& s) { beats_every(s, 1s, 4); }},
        timed_row{"Flood", "R-406", broken, must, [](script& s) { beats_every(s, 1ms, 4); }},
        timed_row{"OneShortIntervalByChance", "R-406", held, must,
                  [](script& s) { beats_every(s, 10s, 2).client("\n").until(31s); }},
        timed_row{"FloodOnAMalformedAnswer", "R-406", broken, must,
                  [](script& s) {
                      s.open().connect().connected("10000");
                      for (int i = 0; i < 10; ++i)
                          s.at(i * 1ms).client("\n");
                  }}),
    row_name);

void silent_until(script& s, std::chrono::nanoseconds gives_up) {
    s.open().connect().connected().at(gives_up).close(origin::client, 1002).until(90s);
}

INSTANTIATE_TEST_SUITE_P(
    Silence, TimedRule,
    testing::Values(
        timed_row{"AfterTwo", "R-409", held, must, [](script& s) { silent_until(s, 20s); }},
        timed_row{"AfterThreeAndAHalf", "R-409", held, must,
                  [](script& s) { silent_until(s, 35250ms); }},
        timed_row{"Late", "R-409", broken, should, [](script& s) { silent_until(s, 35251ms); }},
        timed_row{"Early", "R-409", broken, should, [](script& s) { silent_until(s, 15s); }},
        timed_row{"TooLate", "R-409", broken, must, [](script& s) { silent_until(s, 61s); }},
        timed_row{"Never", "R-409", broken, must,
                  [](script& s) { s.open().connect().connected().until(61s); }},
        timed_row{"TheServerAnswersTheClose", "R-409", held, must,
                  [](script& s) {
                      silent_until(s, 30s);
                      s.close(origin::server, 1002).fin(origin::server);
                  }},
        timed_row{"TheServerEndsItself", "R-409", unseen, must,
                  [](script& s) {
                      s.open().connect().connected().at(65s).close(origin::server, 1011);
                      s.close(origin::client, 1011);
                  }},
        timed_row{"NewConnectionIsASign", "R-409", held, must,
                  [](script& s) { s.open().connect().connected().at(25s).tcp().until(90s); }},
        timed_row{"EndedForAnotherReason", "R-409", unseen, must,
                  [](script& s) { silent_until(s, 3s); }},
        timed_row{"StoppedByUs", "R-409", unseen, must,
                  [](script& s) {
                      s.open().connect().connected().at(25s).stop().close(origin::client, 1000);
                  }},
        timed_row{
            "BeatsCame", "R-409", unseen, must,
            [](script& s) { s.open().connect().connected().at(80s).server("\n").until(90s); }},
        timed_row{"NoneAgreed", "R-409", unseen, must,
                  [](script& s) { s.open().connect().connected("0,0").until(200s); }}),
    row_name);

INSTANTIATE_TEST_SUITE_P(
    Subscription, TimedRule,
    testing::Values(
        timed_row{"AfterConnected", "R-501", held, must,
                  [](script& s) { s.open().connect().connected().at(1s).subscribe(); }},
        timed_row{"Late", "R-501", broken, should,
                  [](script& s) { s.open().connect().connected().at(6s).subscribe(); }},
        timed_row{"Before", "R-501", broken, must,
                  [](script& s) { s.open().connect().subscribe().connected(); }},
        timed_row{"Never", "R-501", broken, should,
                  [](script& s) { s.open().connect().connected().until(6s); }},
        timed_row{"Renewed", "R-509", held, must,
                  [](script& s) {
                      s.open().connect().connected().subscribe().fin(origin::server);
                      s.at(3s).open().connect().connected().subscribe();
                  }},
        timed_row{"NotRenewed", "R-509", broken, must,
                  [](script& s) {
                      s.open().connect().connected().subscribe().fin(origin::server);
                      s.at(3s).open().connect().connected().until(9s);
                  }},
        timed_row{"NotLookedLongEnough", "R-509", unseen, must,
                  [](script& s) {
                      s.open().connect().connected().subscribe().fin(origin::server);
                      s.at(3s).open().connect().connected().until(5s);
                  }},
        timed_row{"OneConnection", "R-509", unseen, must,
                  [](script& s) { s.open().connect().connected().subscribe(); }},
        timed_row{"WaitsForTheReceipt", "R-602", held, should,
                  [](script& s) {
                      s.open()
                          .client("DISCONNECT\nreceipt:1\n\n\0"s)
                          .server("RECEIPT\nreceipt-id:1\n\n\0"s);
                      s.close(origin::client, 1000);
                  }},
        timed_row{"GoesWithoutTheReceipt", "R-602", broken, should,
                  [](script& s) {
                      s.open().client("DISCONNECT\nreceipt:1\n\n\0"s).close(origin::client, 1000);
                  }},
        timed_row{
            "WaitedTwoSecondsInVain", "R-602", held, should,
            [](script& s) {
                s.open().client("DISCONNECT\nreceipt:1\n\n\0"s).at(2s).close(origin::client, 1000);
            }},
        timed_row{"AskedForNone", "R-602", broken, should,
                  [](script& s) { s.open().client("DISCONNECT\n\n\0"s); }}),
    row_name);

void comes_back_after(script& s, std::chrono::nanoseconds wait) {
    s.open().connect().connected().at(1s).fin(origin::server).at(1s + wait).tcp().until(60s);
}
void attempts_every(script& s, std::chrono::nanoseconds wait, int count) {
    for (int i = 0; i < count; ++i)
        s.at(i * wait).tcp().request().answer(503).fin(origin::server);
}

INSTANTIATE_TEST_SUITE_P(
    Reconnection, TimedRule,
    testing::Values(
        timed_row{"ComesBack", "R-701", held, must, [](script& s) { comes_back_after(s, 5s); }},
        timed_row{"ComesBackLate", "R-701", broken, should,
                  [](script& s) { comes_back_after(s, 7s); }},
        timed_row{"ComesBackTooLate", "R-701", broken, must,
                  [](script& s) { comes_back_after(s, 31s); }},
        timed_row{"NotYet", "R-701", unseen, must,
                  [](script& s) { s.open().connect().connected().fin(origin::server).until(5s); }},
        timed_row{"Never", "R-701", broken, must,
                  [](script& s) { s.open().connect().connected().fin(origin::server).until(31s); }},
        timed_row{"ExitsInstead", "R-701", broken, must,
                  [](script& s) { s.open().connect().connected().fin(origin::server).exit(1); }},
        timed_row{
            "AskedToStop", "R-701", unseen, must,
            [](script& s) { s.open().connect().connected().stop().fin(origin::client).exit(0); }},
        timed_row{"NeverSucceeded", "R-701", unseen, must,
                  [](script& s) { s.open().fin(origin::server).exit(1); }},
        timed_row{"RestartMayTakeLonger", "R-701", held, must,
                  [](script& s) {
                      s.open().connect().connected().close(origin::server, 1012);
                      s.fin(origin::server).at(25s).tcp();
                  }},
        timed_row{"Apart", "R-702", held, must, [](script& s) { attempts_every(s, 1s, 6); }},
        timed_row{"TooCloseOnAverage", "R-702", broken, must,
                  [](script& s) { attempts_every(s, 400ms, 6); }},
        timed_row{"HotLoop", "R-702", broken, must, [](script& s) { attempts_every(s, 50ms, 4); }},
        timed_row{"FewButFarApart", "R-702", held, must,
                  [](script& s) { attempts_every(s, 3s, 2); }},
        timed_row{"ManyAfterOneLongWait", "R-702", broken, must,
                  [](script& s) {
                      s.tcp();
                      for (int i = 0; i < 40; ++i)
                          s.at(3s + i * 200ms).tcp().fin(origin::server);
                  }},
        timed_row{"TooFewToTell", "R-702", unseen, must,
                  [](script& s) { attempts_every(s, 400ms, 5); }}),
    row_name);

/// The form of a beat rests on octets, though its section is about time.
TEST(BeatForm, IsOneEolAlone) {
    const auto judge = [](const std::string& payload) {
        script s;
        s.open().client(payload);
        return find_rule("R-404")->judge(s.read(), {});
    };
    EXPECT_EQ(judge("\n").result, held);
    EXPECT_EQ(judge("\r\n").result, held);
    EXPECT_EQ(judge("\n\n").weight, should);
    EXPECT_EQ(judge("\n\n").result, broken);
    EXPECT_EQ(judge("\0"s).weight, must);
    EXPECT_EQ(judge("\n\0"s).result, broken);
    EXPECT_EQ(judge("CONNECT\n\n\0"s).result, unseen);
}

} // namespace
} // namespace rhombus::rules::test
