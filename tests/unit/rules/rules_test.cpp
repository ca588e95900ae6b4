#include "script.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <regex>
#include <set>

namespace rhombus::rules::test {
namespace {

/// One transcript, one rule, and what it must say.
struct ruling_row {
    const char* name;
    const char* rule;
    outcome result;
    level weight;
    std::function<void(script&)> happened;
    profile strictness = profile::vendor;
};
void PrintTo(const ruling_row& row, std::ostream* out) {
    *out << row.rule << ' ' << row.name;
}

class OctetRule : public testing::TestWithParam<ruling_row> {};

TEST_P(OctetRule, RulesAsItMust) {
    script written;
    GetParam().happened(written);
    const auto* const subject = find_rule(GetParam().rule);
    ASSERT_NE(subject, nullptr);
    const auto given =
        subject->judge(written.read(), {.profile = GetParam().strictness, .organization = "org"});
    EXPECT_EQ(given.result, GetParam().result) << given.message;
    if (given.result == outcome::broken) {
        EXPECT_EQ(std::max(given.weight, subject->level), GetParam().weight) << given.message;
        EXPECT_FALSE(given.records.empty());
    }
    EXPECT_EQ(given.opportunities == 0,
              GetParam().result == outcome::not_observed && GetParam().rule != std::string{"R-151"})
        << given.message;
    EXPECT_FALSE(given.message.empty());
}

constexpr auto held = outcome::held;
constexpr auto broken = outcome::broken;
constexpr auto unseen = outcome::not_observed;
constexpr auto must = level::must;
constexpr auto should = level::should;

std::string row_name(const testing::TestParamInfo<ruling_row>& info) {
    std::string name = info.param.rule;
    name.erase(name.find('-'), 1);
    return name + info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    Opening, OctetRule,
    testing::Values(
        ruling_row{"RightPath", "R-101", held, must, [](script& s) { s.open(); }},
        ruling_row{"OtherPath", "R-101", broken, must, [](script& s) { s.tcp().request("/ws"); }},
        ruling_row{"SlashBehind", "R-101", broken, must,
                   [](script& s) { s.tcp().request("/websocket/?a=b"); }},
        ruling_row{"NoAttempt", "R-101", unseen, must, [](script& s) { s.tcp(); }},
        ruling_row{"Valid", "R-102", held, must, [](script& s) { s.open(); }},
        ruling_row{"KeepAliveBesideUpgrade", "R-102", held, must,
                   [](script& s) {
                       s.tcp().request("/websocket",
                                       script::headers_but("Connection", "keep-alive, upgrade"));
                   }},
        ruling_row{"HostWithoutPort", "R-102", broken, must,
                   [](script& s) {
                       s.tcp().request("/websocket", script::headers_but("Host", "127.0.0.1"));
                   }},
        ruling_row{"OtherVersion", "R-102", broken, must,
                   [](script& s) {
                       s.tcp().request("/websocket",
                                       script::headers_but("Sec-WebSocket-Version", "8"));
                   }},
        ruling_row{"ShortKey", "R-102", broken, must,
                   [](script& s) {
                       s.tcp().request("/websocket",
                                       script::headers_but("Sec-WebSocket-Key", "AAAA"));
                   }},
        ruling_row{
            "NoUpgradeHeader", "R-102", broken, must,
            [](script& s) { s.tcp().request("/websocket", script::headers_but("Upgrade", "")); }},
        ruling_row{"NewKeys", "R-103", held, must,
                   [](script& s) {
                       s.tcp().request().tcp().request(
                           "/websocket", script::good_headers("BAAAAAAAAAAAAAAAAAAAAA=="));
                   }},
        ruling_row{"SameKey", "R-103", broken, must,
                   [](script& s) { s.tcp().request().tcp().request(); }},
        ruling_row{"OneAttempt", "R-103", unseen, must, [](script& s) { s.open(); }},
        ruling_row{"Patient", "R-104", held, must, [](script& s) { s.open().connect(); }},
        ruling_row{"Eager", "R-104", broken, must,
                   [](script& s) { s.tcp().request().connect().answer(); }},
        ruling_row{"Refused", "R-104", unseen, must,
                   [](script& s) { s.tcp().request().answer(401); }}),
    row_name);

INSTANTIATE_TEST_SUITE_P(
    Credentials, OctetRule,
    testing::Values(
        ruling_row{"KeyInHeader", "R-131", held, must, [](script& s) { s.open(); }},
        ruling_row{"NoKey", "R-131", broken, must,
                   [](script& s) {
                       s.tcp().request("/websocket", script::headers_but("x-auth-apikey", ""));
                   }},
        ruling_row{"OnlyInHeader", "R-132", held, must, [](script& s) { s.open().connect(); }},
        ruling_row{"AlsoInQuery", "R-132", broken, should,
                   [](script& s) { s.tcp().request("/websocket?x-auth-apikey=‹api-key›"); }},
        ruling_row{"AlsoInQueryStrict", "R-132", broken, must,
                   [](script& s) { s.tcp().request("/websocket?x-auth-apikey=‹api-key›"); },
                   profile::strict},
        ruling_row{"InSubprotocol", "R-132", broken, must,
                   [](script& s) {
                       s.tcp().request("/websocket", script::headers_but("Sec-WebSocket-Protocol",
                                                                         "v12.stomp, ‹api-key›"));
                   }},
        ruling_row{"InStompHeader", "R-132", broken, must,
                   [](script& s) { s.open().client("CONNECT\npasscode:‹api-key›\n\n\0"s); }},
        ruling_row{"Scheme", "R-133", held, must, [](script& s) { s.open(); }},
        ruling_row{"PartnerScheme", "R-133", held, must,
                   [](script& s) {
                       s.tcp().request("/websocket?x-auth-org=o&x-auth-scheme=partner-api-token");
                   }},
        ruling_row{"NoScheme", "R-133", broken, must,
                   [](script& s) { s.tcp().request("/websocket"); }},
        ruling_row{"OtherScheme", "R-133", broken, must,
                   [](script& s) { s.tcp().request("/websocket?x-auth-scheme=api-tokens"); }}),
    row_name);

INSTANTIATE_TEST_SUITE_P(
    Framing, OctetRule,
    testing::Values(
        ruling_row{"TwentyMasks", "R-151", held, must,
                   [](script& s) {
                       s.open();
                       for (int i = 0; i < 20; ++i)
                           s.client("\n");
                   }},
        ruling_row{"TooFewMasks", "R-151", unseen, must, [](script& s) { s.open().connect(); }},
        ruling_row{"RepeatedMask", "R-151", broken, must,
                   [](script& s) {
                       s.open();
                       for (int i = 0; i < 2; ++i)
                           s.frame(origin::client,
                                   {.opcode = 1, .mask = "01020304", .payload = "\n"});
                   }},
        ruling_row{"ZeroMask", "R-151", broken, must,
                   [](script& s) {
                       s.open().frame(origin::client,
                                      {.opcode = 1, .mask = "00000000", .payload = "\n"});
                   }},
        ruling_row{"Text", "R-152", held, must, [](script& s) { s.open().connect(); }},
        ruling_row{"Binary", "R-152", broken, should,
                   [](script& s) { s.open().frame(origin::client, 2, "\n"); }},
        ruling_row{"NotUtf8", "R-152", broken, must,
                   [](script& s) { s.open().client("\xC3\x28"); }},
        ruling_row{
            "OneAfterTheOther", "R-153", held, must,
            [](script& s) {
                s.open().connect().frame(origin::server, 9, "x").frame(origin::client, 10, "x");
            }},
        ruling_row{"TextInsideAFragmentedText", "R-153", broken, must,
                   [](script& s) {
                       s.open()
                           .frame(origin::client, {.fin = false, .opcode = 1, .payload = "CON"})
                           .client("\n");
                   }},
        ruling_row{"Garbage", "R-153", broken, must, [](script& s) { s.open().raw(); }},
        ruling_row{"OneWriter", "R-153", unseen, must, [](script& s) { s.open().connect(); }},
        ruling_row{"Allowed", "R-173", held, must,
                   [](script& s) { s.open().close(origin::client, 1000); }},
        ruling_row{"HighestAllowed", "R-173", held, must,
                   [](script& s) { s.open().close(origin::client, 4999); }},
        ruling_row{"Sends1006", "R-173", broken, must,
                   [](script& s) { s.open().close(origin::client, 1006); }},
        ruling_row{"Sends5000", "R-173", broken, must,
                   [](script& s) { s.open().close(origin::client, 5000); }},
        ruling_row{"Sends999", "R-173", broken, must,
                   [](script& s) { s.open().close(origin::client, 999); }},
        ruling_row{"NothingAfterClose", "R-178", held, must,
                   [](script& s) { s.open().connect().close(origin::client, 1000); }},
        ruling_row{
            "PongAfterClose", "R-178", held, must,
            [](script& s) { s.open().close(origin::client, 1000).frame(origin::client, 10, ""); }},
        ruling_row{"BeatAfterClose", "R-178", broken, must,
                   [](script& s) { s.open().close(origin::client, 1000).client("\n"); }}),
    row_name);

INSTANTIATE_TEST_SUITE_P(
    StompOutgoing, OctetRule,
    testing::Values(
        ruling_row{"ConnectFirst", "R-201", held, must,
                   [](script& s) { s.open().connect().connected().subscribe(); }},
        ruling_row{"StompFirst", "R-201", held, must,
                   [](script& s) { s.open().client("STOMP\naccept-version:1.2\n\n\0"s); }},
        ruling_row{"SubscribeFirst", "R-201", broken, must,
                   [](script& s) { s.open().subscribe(); }},
        ruling_row{"SubscribeTooEarly", "R-201", broken, must,
                   [](script& s) { s.open().connect().subscribe().connected(); }},
        ruling_row{"BeatFirst", "R-201", broken, should,
                   [](script& s) { s.open().client("\n").connect().connected(); }},
        ruling_row{"Offers12", "R-203", held, must, [](script& s) { s.open().connect(); }},
        ruling_row{
            "OffersAList", "R-203", held, must,
            [](script& s) { s.open().client("CONNECT\naccept-version:1.0,1.1,1.2\n\n\0"s); }},
        ruling_row{"OffersOld", "R-203", broken, must,
                   [](script& s) { s.open().client("CONNECT\naccept-version:1.0,1.1\n\n\0"s); }},
        ruling_row{"OffersNothing", "R-203", broken, must,
                   [](script& s) { s.open().client("CONNECT\nhost:h\n\n\0"s); }},
        ruling_row{"Host", "R-204", held, must, [](script& s) { s.open().connect(); }},
        ruling_row{"NoHost", "R-204", broken, should,
                   [](script& s) { s.open().client("CONNECT\naccept-version:1.2\n\n\0"s); }},
        ruling_row{"NoHostStrict", "R-204", broken, must,
                   [](script& s) { s.open().client("CONNECT\naccept-version:1.2\n\n\0"s); },
                   profile::strict},
        ruling_row{"TwoNumbers", "R-205", held, must, [](script& s) { s.open().connect(); }},
        ruling_row{"ZeroOffered", "R-205", broken, should,
                   [](script& s) { s.open().connect("0,10000"); }},
        ruling_row{"NoHeartBeat", "R-205", broken, should,
                   [](script& s) { s.open().client("CONNECT\nhost:h\n\n\0"s); }},
        ruling_row{"OneNumber", "R-205", broken, must,
                   [](script& s) { s.open().connect("10000"); }},
        ruling_row{"Words", "R-205", broken, must, [](script& s) { s.open().connect("ten,ten"); }},
        ruling_row{"OneNul", "R-206", held, must, [](script& s) { s.open().connect(); }},
        ruling_row{"EolBehindNul", "R-206", held, must,
                   [](script& s) { s.open().client("CONNECT\nhost:h\n\n\0\n"s); }},
        ruling_row{"NoNul", "R-206", broken, must,
                   [](script& s) { s.open().client("CONNECT\nhost:h\n\n"); }},
        ruling_row{"TwoNuls", "R-206", broken, must,
                   [](script& s) { s.open().client("CONNECT\nhost:h\n\n\0\0"s); }},
        ruling_row{"EmptyLine", "R-207", held, must, [](script& s) { s.open().connect(); }},
        ruling_row{"NoEmptyLine", "R-207", broken, must,
                   [](script& s) { s.open().client("CONNECT\nhost:h\n\0"s); }},
        ruling_row{"Lf", "R-208", held, must, [](script& s) { s.open().connect(); }},
        ruling_row{"CrLf", "R-208", held, must,
                   [](script& s) { s.open().client("CONNECT\r\nhost:h\r\n\r\n\0"s); }},
        ruling_row{"BareCr", "R-208", broken, must,
                   [](script& s) { s.open().client("CONNECT\rhost:h\n\n\0"s); }},
        ruling_row{"Plain", "R-210", held, must, [](script& s) { s.open().connect(); }},
        ruling_row{"BlankBeforeValue", "R-210", broken, must,
                   [](script& s) { s.open().client("CONNECT\nhost: h\n\n\0"s); }},
        ruling_row{"NoBody", "R-211", held, must, [](script& s) { s.open().connect(); }},
        ruling_row{"BodyOnSubscribe", "R-211", broken, must,
                   [](script& s) { s.open().client("SUBSCRIBE\nid:0\n\nnull\0"s); }},
        ruling_row{"BodyOnSend", "R-211", held, must,
                   [](script& s) { s.open().client("SEND\ndestination:d\n\nbody\0"s); }},
        ruling_row{"WholeFrame", "R-213", held, should, [](script& s) { s.open().connect(); }},
        ruling_row{
            "TwoFrames", "R-213", broken, should,
            [](script& s) { s.open().client("CONNECT\nhost:h\n\n\0SUBSCRIBE\nid:0\n\n\0"s); }},
        ruling_row{"HalfFrame", "R-213", broken, should,
                   [](script& s) { s.open().client("CONNECT\nho").client("st:h\n\n\0"s); }},
        ruling_row{"RightSpelling", "R-214", held, must, [](script& s) { s.open().connect(); }},
        ruling_row{"LowerCaseCommand", "R-214", broken, must,
                   [](script& s) { s.open().client("connect\nhost:h\n\n\0"s); }},
        ruling_row{"CapitalHeader", "R-214", broken, must,
                   [](script& s) { s.open().client("CONNECT\nHeart-Beat:0,0\n\n\0"s); }},
        ruling_row{"OwnHeader", "R-214", held, must,
                   [](script& s) { s.open().client("CONNECT\nX-Trace:1\n\n\0"s); }},
        ruling_row{"EachOnce", "R-215", held, should, [](script& s) { s.open().connect(); }},
        ruling_row{"HeaderTwice", "R-215", broken, should,
                   [](script& s) { s.open().client("CONNECT\nhost:a\nhost:b\n\n\0"s); }},
        ruling_row{"ConsumerOnly", "R-216", held, should,
                   [](script& s) { s.open().connect().connected().subscribe(); }},
        ruling_row{"Sends", "R-216", broken, should,
                   [](script& s) { s.open().client("SEND\ndestination:d\n\n\0"s); }}),
    row_name);

INSTANTIATE_TEST_SUITE_P(
    Subscription, OctetRule,
    testing::Values(
        ruling_row{"Organization", "R-502", held, must, [](script& s) { s.open().subscribe(); }},
        ruling_row{"SlashBehind", "R-502", broken, must,
                   [](script& s) { s.open().subscribe("/topic/change/org/"); }},
        ruling_row{"Undefined", "R-502", broken, must,
                   [](script& s) { s.open().subscribe("/topic/change/undefined"); }},
        ruling_row{"Id", "R-503", held, must, [](script& s) { s.open().subscribe(); }},
        ruling_row{"NoId", "R-503", broken, must,
                   [](script& s) { s.open().client("SUBSCRIBE\ndestination:d\n\n\0"s); }},
        ruling_row{"SameId", "R-503", broken, must,
                   [](script& s) { s.open().subscribe("/a").subscribe("/b"); }},
        ruling_row{"SameIdOnTheNextConnection", "R-503", held, must,
                   [](script& s) { s.open().subscribe().open().subscribe(); }},
        ruling_row{"NoAck", "R-504", held, must,
                   [](script& s) { s.open().subscribe().message("{}"); }},
        ruling_row{
            "Acks", "R-504", broken, must,
            [](script& s) { s.open().subscribe().message("{}").client("ACK\nid:1\n\n\0"s); }},
        ruling_row{"AcksAsItAsked", "R-504", unseen, must,
                   [](script& s) {
                       s.open()
                           .client("SUBSCRIBE\nid:0\ndestination:d\nack:client\n\n\0"s)
                           .message("{}")
                           .client("ACK\nid:1\n\n\0"s);
                   }},
        ruling_row{"Once", "R-510", held, must, [](script& s) { s.open().subscribe(); }},
        ruling_row{
            "Twice", "R-510", broken, must,
            [](script& s) {
                s.open().subscribe("/topic/change/org", "a").subscribe("/topic/change/org", "b");
            }},
        ruling_row{"AgainAfterUnsubscribe", "R-510", held, must,
                   [](script& s) {
                       s.open().subscribe().client("UNSUBSCRIBE\nid:sub-0\n\n\0"s).subscribe();
                   }}),
    row_name);

INSTANTIATE_TEST_SUITE_P(
    Disconnect, OctetRule,
    testing::Values(
        ruling_row{"Goodbye", "R-601", held, should,
                   [](script& s) {
                       s.open().connect().connected().stop().client("DISCONNECT\nreceipt:1\n\n\0"s);
                   }},
        ruling_row{"NoGoodbye", "R-601", broken, should,
                   [](script& s) { s.open().connect().connected().stop().fin(origin::client); }},
        ruling_row{"NeverAsked", "R-601", unseen, should,
                   [](script& s) { s.open().connect().connected().fin(origin::client); }},
        ruling_row{"EndedBefore", "R-601", unseen, should,
                   [](script& s) { s.open().connect().connected().fin(origin::server).stop(); }},
        ruling_row{
            "NothingAfter", "R-604", held, must,
            [](script& s) { s.open().client("DISCONNECT\n\n\0"s).close(origin::client, 1000); }},
        ruling_row{"BeatAfter", "R-604", broken, should,
                   [](script& s) { s.open().client("DISCONNECT\n\n\0"s).client("\n"); }},
        ruling_row{"FrameAfter", "R-604", broken, must,
                   [](script& s) { s.open().client("DISCONNECT\n\n\0"s).subscribe(); }},
        ruling_row{
            "Closes", "R-605", held, should,
            [](script& s) { s.open().connect().connected().stop().close(origin::client, 1000); }},
        ruling_row{"AnswersTheServersClose", "R-605", held, should,
                   [](script& s) {
                       s.open().connect().connected().stop();
                       s.close(origin::server, 1002).close(origin::client, 1002);
                   }},
        ruling_row{
            "ClosesOddly", "R-605", broken, should,
            [](script& s) { s.open().connect().connected().stop().close(origin::client, 1011); }},
        ruling_row{"JustGoes", "R-605", broken, should,
                   [](script& s) { s.open().connect().connected().stop().fin(origin::client); }}),
    row_name);

INSTANTIATE_TEST_SUITE_P(
    Events, OctetRule,
    testing::Values(
        ruling_row{"Reported", "R-901", held, must,
                   [](script& s) {
                       s.open().message("{'a':1}").event(
                           R"({"rhombus":"error","message":"no JSON"})");
                   }},
        ruling_row{"ReportedOnStandardError", "R-901", held, must,
                   [](script& s) { s.open().message("{\"a\":").output("stderr", "bad body"); }},
        ruling_row{"Silent", "R-901", broken, must,
                   [](script& s) { s.open().message("NaN").event(R"({"entity":"DOOR"})"); }},
        ruling_row{"Leaves", "R-901", broken, must,
                   [](script& s) {
                       s.open().message("{").output("stderr", "bad").fin(origin::client).until(1s);
                   }},
        ruling_row{"GoodBody", "R-901", unseen, must,
                   [](script& s) { s.open().message("{\"a\":1}\n"); }},
        ruling_row{"OneObjectALine", "R-908", held, must,
                   [](script& s) { s.open().message("{\"a\": 1}").event("{\"a\":1}"); }},
        ruling_row{"FreeText", "R-908", broken, must,
                   [](script& s) {
                       s.open().message("{\"a\":1}").output("stdout", "event!").event("{\"a\":1}");
                   }},
        ruling_row{"NothingPrinted", "R-908", unseen, must,
                   [](script& s) { s.open().message("{\"a\":1}"); }},
        ruling_row{"KeyNotShown", "R-954", held, must,
                   [](script& s) { s.output("stderr", "connecting"); }},
        ruling_row{"KeyShown", "R-954", broken, must,
                   [](script& s) { s.output("stderr", "key ‹api-key›"); }}),
    row_name);

TEST(Rules, IdsAreUniqueAndInOrderWithinTheirSection) {
    const std::regex shape{"R-[0-9]{3}[a-z]?"};
    std::set<std::string_view> ids;
    for (const auto& one : all_rules()) {
        EXPECT_TRUE(std::regex_match(std::string{one.id}, shape)) << one.id;
        EXPECT_TRUE(ids.insert(one.id).second) << one.id;
        EXPECT_FALSE(one.title.empty()) << one.id;
        EXPECT_FALSE(one.source.empty()) << one.id;
        EXPECT_NE(one.judge, nullptr) << one.id;
    }
}

TEST(Rules, AnEmptyTranscriptShowsNothing) {
    for (const auto& one : all_rules()) {
        const auto given = one.judge({}, {});
        EXPECT_EQ(given.result, outcome::not_observed) << one.id;
        EXPECT_EQ(given.opportunities, 0U) << one.id;
    }
}

TEST(Rules, AnUnknownIdIsNoRule) {
    EXPECT_EQ(find_rule("R-999"), nullptr);
}

} // namespace
} // namespace rhombus::rules::test
