#include <rhombus/systems/stomp.hpp>
#include <rhombus/systems/stomp_dialect.hpp>

#include <gmock/gmock.h>

namespace rhombus::systems {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::ElementsAre;

const std::string connected = "CONNECTED\nversion:1.2\nheart-beat:0,10000\n\n\0"s;

/// One word a signal, so that whole dialogues compare.
std::string word(const signal& given) {
    struct {
        std::string operator()(const hello_accepted& s) { return "hello " + s.version; }
        std::string operator()(const hello_pending&) { return "pending"; }
        std::string operator()(const rejected& s) { return "rejected " + s.code + ' ' + s.text; }
        std::string operator()(const subscribed& s) { return s.confirmed ? "confirmed" : "asked"; }
        std::string operator()(const event& s) { return "event " + s.body; }
        std::string operator()(const beat&) { return "beat"; }
        std::string operator()(const notice& s) { return "notice " + s.text; }
        std::string operator()(const malformed& s) { return "malformed " + s.rule; }
        std::string operator()(const ended& s) {
            return "ended " + s.why + (s.detail.empty() ? "" : ": " + s.detail);
        }
    } say;
    return std::visit(say, given);
}

std::vector<std::string> signals_of(dialect& subject) {
    std::vector<std::string> words;
    while (const auto next = subject.next_signal())
        words.push_back(word(*next));
    return words;
}

std::vector<std::string> outputs_of(dialect& subject) {
    std::vector<std::string> all;
    while (const auto next = subject.next_output())
        all.push_back(next->octets);
    return all;
}

std::unique_ptr<dialect> broker(std::optional<std::string> destination) {
    return make_stomp(*find_profile("stomp"), {.ws_url = "ws://b/ws",
                                               .virtual_host = "/",
                                               .login = "guest",
                                               .passcode = "pass",
                                               .destination = std::move(destination),
                                               .subprotocol = {}});
}

TEST(StompDialect, SubscribesAsSoonAsItIsConnected) {
    const auto subject = broker("/topic/x");
    subject->start({});
    subject->receive(opcode::text, connected, {});
    EXPECT_THAT(signals_of(*subject), ElementsAre("hello 1.2", "asked"));
    EXPECT_THAT(
        outputs_of(*subject),
        ElementsAre("CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:pass\n"
                    "heart-beat:10000,10000\n\n\0"s,
                    "SUBSCRIBE\nid:sub-0\ndestination:/topic/x\nreceipt:subscribed\n\n\0"s));
    subject->receive(opcode::text, "RECEIPT\nreceipt-id:subscribed\n\n\0"s, {});
    EXPECT_THAT(signals_of(*subject), ElementsAre("confirmed"));
}

TEST(StompDialect, SubscribesToNothingWithoutADestination) {
    const auto subject = broker(std::nullopt);
    subject->start({});
    subject->receive(opcode::text, connected, {});
    EXPECT_THAT(signals_of(*subject), ElementsAre("hello 1.2"));
}

TEST(StompDialect, R506KeepsMessagesOfOtherSubscriptionsBack) {
    const auto subject = broker("/topic/x");
    subject->start({});
    subject->receive(opcode::text, connected, {});
    signals_of(*subject);
    subject->receive(opcode::binary,
                     "MESSAGE\nmessage-id:1\nsubscription:sub-9\n\na\0"
                     "MESSAGE\nmessage-id:2\nsubscription:sub-0\n\nb\0"
                     "MESSAGE\nmessage-id:3\nsubscription:sub-9\n\nc\0"s,
                     {});
    EXPECT_THAT(signals_of(*subject),
                ElementsAre("notice MESSAGE for another subscription", "event b"));
}

TEST(StompDialect, R513DeliversWhatLacksAHeaderAndSaysSoOnce) {
    const auto subject = broker("/topic/x");
    subject->start({});
    subject->receive(opcode::text, connected, {});
    signals_of(*subject);
    subject->receive(opcode::text, "MESSAGE\n\na\0MESSAGE\n\nb\0"s, {});
    EXPECT_THAT(signals_of(*subject),
                ElementsAre("notice MESSAGE without a subscription, delivered as there is only one",
                            "notice MESSAGE without a message-id", "event a", "event b"));
}

TEST(StompDialect, R325NotesWhatDoesNoHarm) {
    const auto subject = broker("/topic/x");
    subject->start({});
    subject->receive(opcode::text, "CONNECTED\nversion:1.2\n\nhi\0"s, {});
    subject->receive(opcode::text, "RECEIPT\nreceipt-id:x\n\n\0RECEIPT\nreceipt-id:y\n\n\0"s, {});
    EXPECT_THAT(signals_of(*subject),
                ElementsAre("hello 1.2", "asked", "notice a body on CONNECTED",
                            "notice RECEIPT x that nobody asked for"));
}

TEST(StompDialect, R515GoesOnWithoutTheReceiptOfSubscribe) {
    const auto subject = broker("/topic/x");
    subject->start({});
    subject->receive(opcode::text, "CONNECTED\nversion:1.2\n\n\0"s, {});
    signals_of(*subject);
    EXPECT_EQ(subject->deadline(), time_point{} + 10s);
    subject->tick(time_point{} + 10s);
    EXPECT_THAT(signals_of(*subject), ElementsAre("notice no RECEIPT came for SUBSCRIBE"));
    EXPECT_FALSE(subject->finished());
}

TEST(StompDialect, F514SaysThatHeartBeatsWereAnnouncedButNeverSent) {
    const auto subject = broker(std::nullopt);
    subject->start({});
    subject->receive(opcode::text, "CONNECTED\nversion:1.2\nheart-beat:10000,0\n\n\0"s, {});
    signals_of(*subject);
    subject->tick(time_point{} + 25'001ms);
    EXPECT_THAT(signals_of(*subject),
                ElementsAre("ended silent: nothing came for 25.0 s; heart-beats were announced "
                            "but never sent"));
}

TEST(StompDialect, F501SaysHowLongAServerThatHadSpokenWasSilent) {
    const auto subject = broker(std::nullopt);
    subject->start({});
    subject->receive(opcode::text, "CONNECTED\nversion:1.2\nheart-beat:10000,0\n\n\0"s, {});
    subject->receive(opcode::text, "\n", time_point{} + 10s);
    signals_of(*subject);
    subject->tick(time_point{} + 35'150ms);
    EXPECT_THAT(signals_of(*subject), ElementsAre("ended silent: nothing came for 25.1 s"));
}

TEST(StompDialect, R320NamesBothSidesVersions) {
    const auto subject = broker("/topic/x");
    subject->start({});
    subject->receive(opcode::text, "CONNECTED\nversion:1.1\n\n\0"s, {});
    const auto told = subject->next_signal();
    ASSERT_TRUE(told);
    EXPECT_EQ(std::get<malformed>(*told).detail, "the server chose 1.1, offered was 1.2");
}

TEST(StompDialect, SendsNoHostWhereItIsEmpty) {
    const auto subject = make_stomp(*find_profile("stomp"), {.ws_url = "ws://b/ws",
                                                             .virtual_host = "",
                                                             .login = {},
                                                             .passcode = {},
                                                             .destination = {},
                                                             .subprotocol = {}});
    subject->start({});
    EXPECT_THAT(outputs_of(*subject),
                ElementsAre("CONNECT\naccept-version:1.2\nheart-beat:10000,10000\n\n\0"s));
}

TEST(StompDialect, PingsADeafServerOnceAtHalfOfTheLimitWhereAskedTo) {
    const auto subject =
        make_stomp(*find_profile("stomp"), {.ws_url = "ws://b/ws",
                                            .virtual_host = "/",
                                            .login = {},
                                            .passcode = {},
                                            .destination = {},
                                            .subprotocol = {},
                                            .unanswered = unanswered_connect::ping});
    subject->start({});
    ASSERT_TRUE(subject->next_output());
    EXPECT_EQ(subject->deadline(), time_point{} + 5s);
    subject->tick(time_point{} + 5s);
    const auto ping = subject->next_output();
    ASSERT_TRUE(ping);
    EXPECT_EQ(ping->op, opcode::ping);
    EXPECT_EQ(subject->deadline(), time_point{} + 10s);
    subject->tick(time_point{} + 6s);
    EXPECT_FALSE(subject->next_output());
}

TEST(StompDialect, TellsWhyItEnded) {
    const auto refused = broker("/topic/x");
    refused->start({});
    refused->receive(opcode::text, "ERROR\nmessage:Bad CONNECT\n\nAccess refused\0"s, {});
    EXPECT_THAT(signals_of(*refused),
                ElementsAre("rejected ERROR Bad CONNECT: Access refused", "ended rejected"));

    const auto broken = broker("/topic/x");
    broken->start({});
    broken->receive(opcode::text, "<html>\n", {});
    EXPECT_THAT(signals_of(*broken), ElementsAre("malformed unknown-command", "ended malformed"));

    const auto deaf = broker("/topic/x");
    deaf->start({});
    deaf->tick(time_point{} + 10s);
    EXPECT_THAT(signals_of(*deaf), ElementsAre("ended timeout"));
    EXPECT_TRUE(deaf->finished());
}

} // namespace
} // namespace rhombus::systems
