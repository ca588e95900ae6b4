#include <rhombus/stomp/heartbeat.hpp>
#include <rhombus/stomp/heartbeat_ledger.hpp>

#include <gtest/gtest.h>

#include <ostream>

namespace rhombus::stomp {

void PrintTo(const heartbeat_plan& plan, std::ostream* out) {
    *out << "send " << plan.send_every.count() << " expect " << plan.expect_every.count();
}

void PrintTo(const heartbeat_offer& offer, std::ostream* out) {
    *out << to_header(offer);
}

void PrintTo(const heartbeat_defect& what, std::ostream* out) {
    *out << "flaw " << static_cast<int>(what.flaw) << " part " << static_cast<int>(what.part)
         << " octet " << what.offset;
}

void PrintTo(const gap& one, std::ostream* out) {
    *out << one.from.when.time_since_epoch().count() << " #" << one.from.mark << " to "
         << one.to.when.time_since_epoch().count() << " #" << one.to.mark;
}

void PrintTo(const gap_account& all, std::ostream* out) {
    *out << "longest ";
    PrintTo(all.longest, out);
    *out << ", last ";
    PrintTo(all.last, out);
    *out << ", overdue " << all.overdue << ", beats " << all.beats << ", octets " << all.octets;
}

namespace {

using namespace std::chrono_literals;

constexpr time_point start{};

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
    testing::Values(
        negotiation{"SlowerSideWins", {10s, 5s}, {7s, 20s}, {20s, 7s}},
        negotiation{"TheClientMayBeTheSlower", {30s, 20s}, {7s, 20s}, {30s, 20s}},
        negotiation{"OneMillisecondMoreWins", {1000ms, 1001ms}, {1000ms, 1001ms}, {1001ms, 1001ms}},
        negotiation{"F510", {10s, 10s}, {30s, 20s}, {20s, 30s}},
        negotiation{"F509ServerWantsOnly", {10s, 10s}, {0s, 10s}, {10s, 0s}},
        negotiation{"F509ServerSendsOnly", {10s, 10s}, {10s, 0s}, {0s, 10s}},
        negotiation{"ServerCannotSend", {10s, 5s}, {0s, 20s}, {20s, 0s}},
        negotiation{"ServerWantsNone", {10s, 5s}, {7s, 0s}, {0s, 7s}},
        negotiation{"ClientCannotSend", {0s, 5s}, {7s, 20s}, {0s, 7s}},
        negotiation{"ClientWantsNone", {10s, 0s}, {7s, 20s}, {20s, 0s}},
        negotiation{"OneMillisecondIsNotNone", {1ms, 1ms}, {1ms, 1ms}, {1ms, 1ms}},
        negotiation{"HeaderMissing", {10s, 5s}, {}, {0s, 0s}}),
    [](const auto& row) { return std::string{row.param.name}; });

struct readable {
    const char* name;
    std::optional<std::string_view> value;
    heartbeat_offer expected;
};
void PrintTo(const readable& row, std::ostream* out) {
    *out << row.name;
}
class HeartbeatHeader : public testing::TestWithParam<readable> {};

TEST_P(HeartbeatHeader, IsRead) {
    const auto offer = parse_heartbeat(GetParam().value);
    ASSERT_TRUE(offer);
    EXPECT_EQ(*offer, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Spec, HeartbeatHeader,
    testing::Values(readable{"TwoNumbers", "10000,20000", {10s, 20s}},
                    readable{"Zeros", "0,0", {0s, 0s}}, readable{"OneZero", "10000,0", {10s, 0s}},
                    readable{"AllDigits", "1234567890,9", {1234567890ms, 9ms}},
                    readable{"Largest", "2147483647,2147483647", {2147483647ms, 2147483647ms}},
                    readable{"LeadingZeros", "00000000000000000000007,07", {7ms, 7ms}},
                    readable{"AbsenceIsNone", std::nullopt, {0s, 0s}}),
    [](const auto& row) { return std::string{row.param.name}; });

struct malformed_header {
    const char* name;
    std::string_view value;
    heartbeat_defect expected;
    std::string_view explanation;
};
void PrintTo(const malformed_header& row, std::ostream* out) {
    *out << row.name;
}
class MalformedHeartbeatHeader : public testing::TestWithParam<malformed_header> {};

TEST_P(MalformedHeartbeatHeader, F511IsNamedByPartAndOctet) {
    const auto& [name, value, expected, explanation] = GetParam();
    const auto offer = parse_heartbeat(value);
    ASSERT_TRUE(offer.has_error());
    EXPECT_EQ(offer.error(), expected);
    EXPECT_EQ(explain(offer.error(), value), explanation);
}

constexpr auto first = heartbeat_part::can_send;
constexpr auto second = heartbeat_part::wants;

INSTANTIATE_TEST_SUITE_P(
    Faults, MalformedHeartbeatHeader,
    testing::Values(malformed_header{"OneNumber",
                                     "10000",
                                     {heartbeat_flaw::missing_comma, second, 5},
                                     "expected a comma and a second number at octet 5"},
                    malformed_header{"Empty",
                                     "",
                                     {heartbeat_flaw::missing_digit, first, 0},
                                     "expected a digit of the first number at octet 0"},
                    malformed_header{"OnlyAComma",
                                     ",",
                                     {heartbeat_flaw::missing_digit, first, 0},
                                     "expected a digit of the first number at octet 0"},
                    malformed_header{"NoSecondNumber",
                                     "10000,",
                                     {heartbeat_flaw::missing_digit, second, 6},
                                     "expected a digit of the second number at octet 6"},
                    malformed_header{"Words",
                                     "abc,def",
                                     {heartbeat_flaw::not_a_digit, first, 0},
                                     "expected a digit of the first number at octet 0, got 'a'"},
                    malformed_header{"Negative",
                                     "-5,-5",
                                     {heartbeat_flaw::not_a_digit, first, 0},
                                     "expected a digit of the first number at octet 0, got '-'"},
                    malformed_header{"SecondNegative",
                                     "5,-5",
                                     {heartbeat_flaw::not_a_digit, second, 2},
                                     "expected a digit of the second number at octet 2, got '-'"},
                    malformed_header{"ThreeNumbers",
                                     "1,2,3",
                                     {heartbeat_flaw::not_a_digit, second, 3},
                                     "expected a digit of the second number at octet 3, got ','"},
                    malformed_header{"Blank",
                                     "1, 2",
                                     {heartbeat_flaw::not_a_digit, second, 2},
                                     "expected a digit of the second number at octet 2, got 0x20"},
                    malformed_header{"BlankBehind",
                                     "1,2 ",
                                     {heartbeat_flaw::not_a_digit, second, 3},
                                     "expected a digit of the second number at octet 3, got 0x20"},
                    malformed_header{"NotText",
                                     "1,\xFF",
                                     {heartbeat_flaw::not_a_digit, second, 2},
                                     "expected a digit of the second number at octet 2, got 0xff"},
                    malformed_header{"BeforeTheDigits",
                                     "1/,2",
                                     {heartbeat_flaw::not_a_digit, first, 1},
                                     "expected a digit of the first number at octet 1, got '/'"},
                    malformed_header{"BehindTheDigits",
                                     "12:,2",
                                     {heartbeat_flaw::not_a_digit, first, 2},
                                     "expected a digit of the first number at octet 2, got ':'"},
                    malformed_header{"Tilde",
                                     "~,2",
                                     {heartbeat_flaw::not_a_digit, first, 0},
                                     "expected a digit of the first number at octet 0, got '~'"},
                    malformed_header{"Delete",
                                     "\x7F,2",
                                     {heartbeat_flaw::not_a_digit, first, 0},
                                     "expected a digit of the first number at octet 0, got 0x7f"},
                    malformed_header{"Decimal",
                                     "1.5,2",
                                     {heartbeat_flaw::not_a_digit, first, 1},
                                     "expected a digit of the first number at octet 1, got '.'"},
                    malformed_header{"FirstOneTooLarge",
                                     "2147483648,1",
                                     {heartbeat_flaw::too_large, first, 0},
                                     "expected a first number below 2147483648 at octet 0"},
                    malformed_header{"SecondOneTooLarge",
                                     "1,2147483648",
                                     {heartbeat_flaw::too_large, second, 2},
                                     "expected a second number below 2147483648 at octet 2"},
                    malformed_header{"Overflow",
                                     "10000,99999999999",
                                     {heartbeat_flaw::too_large, second, 6},
                                     "expected a second number below 2147483648 at octet 6"},
                    malformed_header{"OverflowOf64Bits",
                                     "18446744073709551617,1",
                                     {heartbeat_flaw::too_large, first, 0},
                                     "expected a first number below 2147483648 at octet 0"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(HeartbeatHeader, IsWrittenAsItIsRead) {
    EXPECT_EQ(to_header({10s, 0s}), "10000,0");
    EXPECT_EQ(*parse_heartbeat(to_header({1ms, 2ms})), (heartbeat_offer{1ms, 2ms}));
}

TEST(HeartbeatBounds, AreThoseOfTheRequirements) {
    EXPECT_EQ(allowed_sending_gap(10s), 11'250ms);
    EXPECT_EQ(allowed_sending_gap(1ms), 251ms);
    EXPECT_EQ(allowed_sending_gap(0ms), 0ms);
    EXPECT_EQ(allowed_silence(10s), 20'250ms);
    EXPECT_EQ(allowed_silence(1ms), 252ms);
    EXPECT_EQ(allowed_silence(0ms), 0ms);
}

TEST(HeartbeatMonitor, BeatsAtNineTenthsOfTheInterval) {
    const heartbeat_monitor monitor{{1s, 0s}, 2.5, start};
    EXPECT_FALSE(monitor.beat_due(start + 899ms));
    EXPECT_TRUE(monitor.beat_due(start + 900ms));
    EXPECT_TRUE(monitor.beat_due(start + 901ms));
    EXPECT_EQ(monitor.deadline(), start + 900ms);
}

TEST(HeartbeatMonitor, CountsFromWhatWasSentLast) {
    heartbeat_monitor monitor{{1s, 0s}, 2.5, start};
    monitor.sent(start + 400ms);
    EXPECT_FALSE(monitor.beat_due(start + 1299ms));
    EXPECT_TRUE(monitor.beat_due(start + 1300ms));
    monitor.received(start + 1300ms);
    EXPECT_EQ(monitor.deadline(), start + 1300ms);
}

TEST(HeartbeatMonitor, R406NeverFloodsHoweverShortTheInterval) {
    const heartbeat_monitor monitor{{1ms, 0s}, 2.5, start};
    EXPECT_FALSE(monitor.beat_due(start));
    EXPECT_TRUE(monitor.beat_due(start + 1ms));
    EXPECT_EQ(monitor.deadline(), start + 1ms);
}

TEST(HeartbeatMonitor, CallsThePeerSilentOnlyAfterItsPatience) {
    heartbeat_monitor monitor{{0s, 1s}, 2.5, start};
    EXPECT_FALSE(monitor.peer_silent(start + 2499ms));
    EXPECT_FALSE(monitor.peer_silent(start + 2500ms));
    EXPECT_TRUE(monitor.peer_silent(start + 2501ms));
    monitor.received(start + 2s);
    EXPECT_FALSE(monitor.peer_silent(start + 4500ms));
    EXPECT_TRUE(monitor.peer_silent(start + 4501ms));
    EXPECT_EQ(monitor.deadline(), start + 4501ms);
    monitor.sent(start + 3s);
    EXPECT_EQ(monitor.deadline(), start + 4501ms);
}

TEST(HeartbeatMonitor, R408ToleratesBeatsAt1_9Intervals) {
    heartbeat_monitor monitor{{10s, 10s}, 2.5, start};
    for (auto now = start + 19s; now < start + 200s; now += 19s) {
        EXPECT_FALSE(monitor.peer_silent(now));
        monitor.received(now);
    }
}

TEST(HeartbeatMonitor, WaitsForWhatComesFirst) {
    heartbeat_monitor monitor{{10s, 10s}, 2.5, start};
    EXPECT_EQ(monitor.deadline(), start + 9s);
    monitor.sent(start + 17s);
    EXPECT_EQ(monitor.deadline(), start + 25'001ms);
    monitor.received(start + 1s);
    EXPECT_EQ(monitor.deadline(), start + 26s);
}

TEST(HeartbeatMonitor, RunsNoClockWhereNoneWasAgreed) {
    const heartbeat_monitor monitor{{0s, 0s}, 2.5, start};
    EXPECT_EQ(monitor.deadline(), std::nullopt);
    EXPECT_FALSE(monitor.beat_due(start + 1h));
    EXPECT_FALSE(monitor.peer_silent(start + 1h));
}

TEST(HeartbeatMonitor, SurvivesTheLongestIntervals) {
    constexpr milliseconds longest{2147483647};
    const heartbeat_monitor monitor{{longest, longest}, 3.0, start};
    EXPECT_FALSE(monitor.peer_silent(start + 3 * longest));
    EXPECT_TRUE(monitor.peer_silent(start + 3 * longest + 1ms));
    EXPECT_EQ(monitor.deadline(), start + longest * 9 / 10);
}

// ---- the ledger of gaps -------------------------------------------------------------------------

moment at(milliseconds when, std::uint64_t mark) {
    return {start + when, mark};
}

TEST(GapLedger, BeginsWithNothing) {
    const gap_ledger ledger{1s, at(5ms, 1)};
    EXPECT_EQ(ledger.until(at(5ms, 2)),
              (gap_account{.longest = {at(5ms, 1), at(5ms, 1)}, .last = {at(5ms, 1), at(5ms, 2)}}));
}

TEST(GapLedger, KeepsTheFirstOfTheLongestGaps) {
    gap_ledger ledger{1h, at(0ms, 1)};
    ledger.take(at(300ms, 2), 1, sign_of_life::beat);
    ledger.take(at(700ms, 3), 20, sign_of_life::data);
    ledger.take(at(1100ms, 4), 1, sign_of_life::beat);
    EXPECT_EQ(ledger.until(at(1200ms, 5)), (gap_account{.longest = {at(300ms, 2), at(700ms, 3)},
                                                        .last = {at(1100ms, 4), at(1200ms, 5)},
                                                        .overdue = 0,
                                                        .beats = 2,
                                                        .octets = 22}));
}

TEST(GapLedger, CountsTheOpenGapWithoutClosingIt) {
    gap_ledger ledger{1s, at(0ms, 1)};
    ledger.take(at(400ms, 2), 7, sign_of_life::data);
    const gap_account open{.longest = {at(400ms, 2), at(3s, 9)},
                           .last = {at(400ms, 2), at(3s, 9)},
                           .overdue = 1,
                           .beats = 0,
                           .octets = 7};
    EXPECT_EQ(ledger.until(at(3s, 9)), open);
    EXPECT_EQ(ledger.until(at(3s, 9)), open);
    EXPECT_EQ(ledger.until(at(500ms, 3)).longest, (gap{at(0ms, 1), at(400ms, 2)}));
}

TEST(GapLedger, CountsAGapOnlyBeyondWhatIsAllowed) {
    gap_ledger ledger{1s, at(0ms, 0)};
    ledger.take(at(999ms, 0), 1, sign_of_life::beat);
    ledger.take(at(1999ms, 0), 1, sign_of_life::beat);
    EXPECT_EQ(ledger.until(at(1999ms, 0)).overdue, 0U);
    ledger.take(at(3000ms, 0), 1, sign_of_life::beat);
    EXPECT_EQ(ledger.until(at(3000ms, 0)).overdue, 1U);
    ledger.take(at(9000ms, 0), 1, sign_of_life::beat);
    EXPECT_EQ(ledger.until(at(9000ms, 0)).overdue, 2U);
}

TEST(GapLedger, CountsGapsToTheNanosecond) {
    gap_ledger ledger{1s, at(0ms, 0)};
    EXPECT_EQ(ledger.until({start + 1s, 0}).overdue, 0U);
    EXPECT_EQ(ledger.until({start + 1s + 1ns, 0}).overdue, 1U);
}

TEST(GapLedger, R410FindsNothingOverdueWhereNoneWasAgreed) {
    gap_ledger ledger{0ms, at(0ms, 0)};
    ledger.take(at(1ms, 1), 1, sign_of_life::data);
    EXPECT_EQ(ledger.until(at(1h, 2)).overdue, 0U);
    EXPECT_EQ(ledger.until(at(1h, 2)).longest, (gap{at(1ms, 1), at(1h, 2)}));
}

TEST(GapLedger, OneMillisecondIsABoundToo) {
    const gap_ledger ledger{1ms, at(0ms, 0)};
    EXPECT_EQ(ledger.until(at(1ms, 0)).overdue, 0U);
    EXPECT_EQ(ledger.until(at(2ms, 0)).overdue, 1U);
}

TEST(GapLedger, TimeDoesNotRunBackwards) {
    gap_ledger ledger{1s, at(2s, 1)};
    ledger.take(at(1s, 2), 1, sign_of_life::data);
    EXPECT_EQ(ledger.until(at(500ms, 3)), (gap_account{.longest = {at(2s, 1), at(2s, 1)},
                                                       .last = {at(2s, 2), at(2s, 3)},
                                                       .overdue = 0,
                                                       .beats = 0,
                                                       .octets = 1}));
    EXPECT_EQ(ledger.until(at(2500ms, 4)).last.length(), 500ms);
}

TEST(HeartbeatMonitor, KeepsToTheShortestPatience) {
    const heartbeat_monitor monitor{{.expect_every = 1ms}, 1.0, start};
    EXPECT_EQ(monitor.deadline(), start + 2ms);
    EXPECT_FALSE(monitor.peer_silent(start + 1ms));
    EXPECT_TRUE(monitor.peer_silent(start + 2ms));
}

TEST(HeartbeatDefect, IsExplainedBehindTheEndOfTheValue) {
    EXPECT_EQ(explain({heartbeat_flaw::not_a_digit, heartbeat_part::can_send, 1}, "1"),
              "expected a digit of the first number at octet 1, got the end");
}

TEST(HeartbeatLedger, AllowsEachDirectionItsOwn) {
    const heartbeat_ledger both{{1s, 2s}, at(0ms, 0)};
    EXPECT_EQ(both.sent.until(at(1350ms, 0)).overdue, 0U);
    EXPECT_EQ(both.sent.until(at(1351ms, 0)).overdue, 1U);
    EXPECT_EQ(both.received.until(at(4250ms, 0)).overdue, 0U);
    EXPECT_EQ(both.received.until(at(4251ms, 0)).overdue, 1U);
}

} // namespace
} // namespace rhombus::stomp
