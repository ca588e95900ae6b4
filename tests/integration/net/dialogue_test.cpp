#include "fixture.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/websocket/error.hpp>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <future>

namespace rhombus::test {
namespace {

using namespace std::chrono_literals;
using net::pump;
using texts = std::vector<std::string>;
constexpr auto text_message = std::uint8_t{0x81};
constexpr auto close_message = std::uint8_t{0x88};
const boost::system::error_code closed = boost::beast::websocket::error::closed;

class Dialogue : public OneConnection {
public:
    void converse(std::chrono::milliseconds window, std::size_t pause_after = 0) {
        std::size_t seen = 0;
        line->begin_converse(speaker, window, [&](const systems::signal&) {
            return ++seen == pause_after ? pump::pause : pump::go_on;
        });
        loop.run();
    }

    scripted_dialect speaker{{"one", "two"}};
};

void echo_two(peer& client) {
    client.send(client.agreement());
    for (int i = 0; i < 2; ++i)
        client.send(server_frame(text_message, client.receive_frame()));
}

TEST_F(Dialogue, CarriesMessagesBothWaysAndCloses) {
    scripted_server server{[](peer& client) {
        echo_two(client);
        client.send(server_frame(close_message, client.receive_frame()));
    }};
    upgrade(server.port());
    converse(5s, 2);
    EXPECT_EQ(speaker.heard, (texts{"one", "two"}));
    EXPECT_TRUE(line->open());

    line->begin_close(1000, 5s);
    loop.run();
    EXPECT_FALSE(line->open());
    EXPECT_EQ(frames("client"), (texts{"client 1 one", "client 1 two", "client 8 \x03\xe8"}));
    EXPECT_EQ(frames("server"), (texts{"server 1 one", "server 1 two", "server 8 \x03\xe8"}));
    EXPECT_EQ(closed_by(), "server fin");
}

TEST_F(Dialogue, RecordsAnAnswerBehindItsQuestion) {
    scripted_server server{[](peer& client) {
        echo_two(client);
        client.await_end();
    }};
    upgrade(server.port());
    converse(5s, 2);
    const auto all = frames("");
    const auto place = [&](const char* text) { return std::ranges::find(all, text); };
    EXPECT_LT(place("client 1 one"), place("server 1 one"));
    EXPECT_LT(place("client 1 two"), place("server 1 two"));
    line.reset();
}

TEST_F(Dialogue, GoesOnWhereItPaused) {
    scripted_server server{[](peer& client) {
        echo_two(client);
        client.send(server_frame(text_message, client.receive_frame()));
        client.await_end();
    }};
    upgrade(server.port());
    converse(5s, 1);
    EXPECT_EQ(speaker.heard.size(), 1);
    converse(5s, 1);
    EXPECT_EQ(speaker.heard, (texts{"one", "two"}));
    speaker.say("three");
    converse(5s, 1);
    EXPECT_EQ(speaker.heard, (texts{"one", "two", "three"}));
    line.reset();
}

TEST_F(Dialogue, ReadsWhatCameTogetherWithThe101) {
    scripted_server server{[](peer& client) {
        client.send(client.agreement() + server_frame(text_message, "early"));
        client.await_end();
    }};
    upgrade(server.port());
    converse(5s, 1);
    EXPECT_EQ(speaker.heard, texts{"early"});
    EXPECT_EQ(the<transcript::ws_frame>().read, 1);
    line.reset();
}

TEST_F(Dialogue, ReadsManyBlocksThatCameTogetherWithThe101) {
    constexpr std::size_t many = 2000; // Of 102 octets: several times what a read takes.
    scripted_server server{[](peer& client) {
        auto octets = client.agreement();
        for (std::size_t i = 0; i < many; ++i)
            octets += server_frame(text_message, std::string(100, 'x'));
        client.send(octets);
        client.await_end();
    }};
    upgrade(server.port());
    converse(5s, many);
    EXPECT_EQ(speaker.heard, texts(many, std::string(100, 'x')));
    line.reset();
}

TEST_F(Dialogue, KeepsWhatCameInOneBlockWithTheMessageItPausedAt) {
    scripted_server server{[](peer& client) {
        client.send(client.agreement());
        client.send(server_frame(text_message, "a") + server_frame(text_message, "b") +
                    server_frame(0x89, "?") + server_frame(text_message, "c") +
                    server_frame(close_message, "\x03\xe9"));
        client.await_end();
    }};
    upgrade(server.port());
    converse(5s, 1);
    EXPECT_EQ(speaker.heard, texts{"a"});
    EXPECT_EQ(frames("server"),
              (texts{"server 1 a", "server 1 b", "server 9 ?", "server 1 c", "server 8 \x03\xe9"}));
    EXPECT_TRUE(line->open());
    converse(5s, 2);
    EXPECT_EQ(speaker.heard, (texts{"a", "b", "c"}));
    EXPECT_EQ(speaker.end, std::nullopt);
    converse(5s);
    EXPECT_EQ(speaker.end, closed);
    EXPECT_EQ(frames("client").back(), "client 8 \x03\xe9");
}

TEST_F(Dialogue, ClosesAlthoughMessagesWait) {
    scripted_server server{[](peer& client) {
        echo_two(client);
        client.send(server_frame(text_message, "unheard"));
        client.send(server_frame(close_message, client.receive_frame()));
    }};
    upgrade(server.port());
    converse(5s, 1);
    line->begin_close(1000, 5s);
    loop.run();
    EXPECT_EQ(speaker.heard, texts{"one"});
    EXPECT_EQ(closed_by(), "server fin");
}

TEST_F(Dialogue, JoinsFragmentsAndAnswersAPingBetweenThem) {
    std::string pong;
    {
        scripted_server server{[&pong](peer& client) {
            echo_two(client);
            client.send(server_frame(0x01, "frag"));
            client.send(server_frame(0x89, "you?"));
            pong = client.receive_frame();
            client.send(server_frame(0x80, "ment"));
            client.await_end();
        }};
        upgrade(server.port());
        converse(5s, 3);
        line.reset();
    }
    EXPECT_EQ(speaker.heard, (texts{"one", "two", "fragment"}));
    EXPECT_EQ(pong, "you?");
}

/// Octets that break RFC 6455, behind nothing or behind what makes them wrong.
struct breach {
    std::string name;
    std::string octets;
    boost::beast::websocket::error reason;
    std::string close; ///< The client's Close frame, as frames() shows it.
};
void PrintTo(const breach& row, std::ostream* out) {
    *out << row.name;
}

class Breaches : public Dialogue, public testing::WithParamInterface<breach> {};

TEST_P(Breaches, EndTheDialogueWithTheirOwnErrorAndCode) {
    scripted_server server{[](peer& client) {
        client.send(client.agreement() + GetParam().octets);
        static_cast<void>(client.receive_frame());
    }};
    upgrade(server.port());
    converse(5s);
    EXPECT_EQ(speaker.end, boost::system::error_code{GetParam().reason});
    EXPECT_EQ(frames("client").back(), GetParam().close);
    EXPECT_EQ(speaker.heard, texts{});
}

std::string octets(std::initializer_list<unsigned char> values) {
    return {values.begin(), values.end()};
}

using bad = boost::beast::websocket::error;
const std::string protocol_error = "client 8 \x03\xea";
const std::string bad_payload = "client 8 \x03\xef";
const std::string too_big = "client 8 \x03\xf1";

INSTANTIATE_TEST_SUITE_P(
    Rfc6455, Breaches,
    testing::Values(
        breach{"ReservedBits", octets({0xC1, 0}), bad::bad_reserved_bits, protocol_error},
        breach{"UnknownOpcode", octets({0x83, 0}), bad::bad_opcode, protocol_error},
        breach{"MaskedByServer", octets({0x81, 0x81, 0, 0, 0, 0, 'x'}), bad::bad_masked_frame,
               protocol_error},
        breach{"FragmentedControlFrame", octets({0x09, 0}), bad::bad_control_fragment,
               protocol_error},
        breach{"LongControlFrame", octets({0x89, 126, 0, 126}), bad::bad_control_size,
               protocol_error},
        breach{"ContinuationWithoutStart", octets({0x80, 0}), bad::bad_continuation,
               protocol_error},
        breach{"MessageInsideMessage", octets({0x01, 1, 'x', 0x81, 1, 'y'}), bad::bad_data_frame,
               protocol_error},
        breach{"LengthNotMinimal", octets({0x82, 126, 0, 1, 'x'}), bad::bad_size, protocol_error},
        breach{"LengthOutOfRange", octets({0x82, 127, 0xFF, 0, 0, 0, 0, 0, 0, 0}), bad::bad_size,
               protocol_error},
        breach{"FrameTooLong", octets({0x82, 127, 0, 0, 0, 0, 1, 0, 0, 1}), bad::message_too_big,
               too_big},
        breach{"OneOctetClose", octets({0x88, 1, 3}), bad::bad_close_size, protocol_error},
        breach{"CloseCodeNotSendable", octets({0x88, 2, 3, 0xED}), bad::bad_close_code,
               protocol_error},
        breach{"CloseReasonNotUtf8", octets({0x88, 3, 3, 0xE8, 0xFF}), bad::bad_close_payload,
               protocol_error},
        breach{"TextNotUtf8", octets({0x81, 2, 'x', 0xFF}), bad::bad_frame_payload, bad_payload},
        breach{"TextNotUtf8AcrossFragments", octets({0x01, 1, 0xC3, 0x80, 1, '('}),
               bad::bad_frame_payload, bad_payload}),
    [](const auto& row) { return row.param.name; });

TEST_F(Dialogue, CarriesALongMessageOverTls) {
    const auto settings = serve_with(issue({}, nullptr));
    constexpr unsigned char length = 3;
    const std::string text(std::size_t{length} << 16U, 'x');
    scripted_server server{[&text](peer& client) {
                               if (!client.accept_tls())
                                   return;
                               client.send(client.agreement());
                               client.send(octets({0x81, 127, 0, 0, 0, 0, 0, length, 0, 0}) + text);
                               client.await_end();
                           },
                           settings.get()};
    options.on_defect = net::untrusted_peer::go_on_without_credentials;
    upgrade(server.port(), net::transport::tls);
    converse(5s, 1);
    EXPECT_EQ(speaker.heard, texts{text});
    line.reset();
}

/// Keeps what it is given as text.
class remembering_sink : public net::frame_sink {
public:
    void take(const net::passed_frame& passed) override {
        taken.push_back(std::to_string(passed.conn) +
                        (passed.from == transcript::origin::server ? " server " : " client ") +
                        std::to_string(passed.frame->opcode) + " " +
                        std::string{passed.frame->payload});
    }
    void flush() override { flushed = taken.size(); }

    texts taken;
    std::size_t flushed = 0;
};

TEST_F(Dialogue, ShowsFramesToASinkAndKeepsTheTranscriptForControlFrames) {
    const auto sink = std::make_shared<remembering_sink>();
    options.frames = sink;
    scripted_server server{[](peer& client) {
        echo_two(client);
        client.send(server_frame(close_message, client.receive_frame()));
    }};
    upgrade(server.port());
    converse(5s, 2);
    EXPECT_EQ(sink->flushed, 4);
    line->begin_close(1000, 5s);
    loop.run();
    std::ranges::sort(sink->taken);
    EXPECT_EQ(sink->taken, (texts{"1 client 1 one", "1 client 1 two", "1 client 8 \x03\xe8",
                                  "1 server 1 one", "1 server 1 two", "1 server 8 \x03\xe8"}));
    EXPECT_EQ(frames(""), (texts{"client 8 \x03\xe8", "server 8 \x03\xe8"}));
}

TEST_F(Dialogue, FlushesTheSinkWhileItListens) {
    const auto sink = std::make_shared<remembering_sink>();
    options.frames = sink;
    scripted_server server{[](peer& client) {
        echo_two(client);
        client.send(server_frame(close_message, client.receive_frame()));
    }};
    upgrade(server.port());
    bool closing = false;
    loop.on_tick(10ms, [&] {
        if (sink->flushed == 4 && !std::exchange(closing, true))
            line->begin_close(1000, 5s);
    });
    converse(60s);
    EXPECT_TRUE(closing);
    loop.run();
    EXPECT_EQ(closed_by(), "server fin");
}

TEST_F(Dialogue, EndsWithItsWindow) {
    scripted_server server{[](peer& client) {
        client.send(client.agreement());
        client.await_end();
    }};
    upgrade(server.port());
    converse(50ms);
    EXPECT_TRUE(line->open());
    EXPECT_EQ(speaker.end, std::nullopt);
    line.reset();
}

TEST_F(Dialogue, EndsWhenTheServerReadsNoMore) {
    std::promise<void> over;
    scripted_server server{[&](peer& client) {
        client.send(client.agreement());
        over.get_future().wait();
    }};
    options.write_limit = 100ms;
    upgrade(server.port());
    constexpr std::size_t more_than_sockets_hold = std::size_t{64} << 20U;
    scripted_dialect talkative{{std::string(more_than_sockets_hold, 'x')}};
    line->begin_converse(talkative, 5s, [](const systems::signal&) { return pump::go_on; });
    loop.run();
    over.set_value();
    EXPECT_EQ(talkative.end, boost::system::error_code{boost::asio::error::timed_out});
    EXPECT_EQ(closed_by(), "client timeout");
    line.reset();
}

TEST_F(Dialogue, AnswersACloseWithItsCode) {
    scripted_server server{[](peer& client) {
        echo_two(client);
        client.send(server_frame(close_message, "\x03\xe9"));
        static_cast<void>(client.receive_frame());
    }};
    upgrade(server.port());
    converse(5s);
    EXPECT_EQ(speaker.end, closed);
    EXPECT_EQ(frames("client").back(), "client 8 \x03\xe9");
    EXPECT_EQ(closed_by(), "server fin");
}

TEST_F(Dialogue, TakesBadGatewayForAGoodClose) {
    scripted_server server{[](peer& client) {
        echo_two(client);
        client.send(server_frame(close_message, "\x03\xf6"));
        static_cast<void>(client.receive_frame());
    }};
    upgrade(server.port());
    converse(5s);
    EXPECT_EQ(speaker.end, closed);
    EXPECT_EQ(frames("client").back(), "client 8 \x03\xf6");
}

TEST_F(Dialogue, TellsFinFromReset) {
    scripted_server server{echo_two};
    upgrade(server.port());
    converse(5s);
    EXPECT_EQ(speaker.end, boost::asio::error::eof);
    EXPECT_EQ(closed_by(), "server fin");
    EXPECT_EQ(kinds().ends_with("tcp.closed"), true);
}

TEST_F(Dialogue, TellsResetFromFin) {
    scripted_server server{[](peer& client) {
        client.send(client.agreement());
        static_cast<void>(client.receive_frame());
        client.reset();
    }};
    upgrade(server.port());
    converse(5s);
    EXPECT_EQ(speaker.end, boost::asio::error::connection_reset);
    EXPECT_EQ(closed_by(), "server rst");
}

TEST_F(Dialogue, WaitsForTheAnswerToItsCloseNoLongerThanTold) {
    scripted_server server{[](peer& client) {
        echo_two(client);
        client.await_end();
    }};
    upgrade(server.port());
    converse(5s, 2);
    line->begin_close(1000, 100ms);
    loop.run();
    EXPECT_EQ(closed_by(), "client timeout");
}

TEST_F(Dialogue, AnswersAPingWhileItListens) {
    std::string pong;
    {
        scripted_server server{[&pong](peer& client) {
            echo_two(client);
            client.send(server_frame(0x89, "you?"));
            pong = client.receive_frame();
            client.send(server_frame(close_message, "\x03\xe8"));
            static_cast<void>(client.receive_frame());
        }};
        upgrade(server.port());
        converse(5s);
    }
    EXPECT_EQ(pong, "you?");
}

TEST_F(Dialogue, CallsAMaskedServerFrameAViolation) {
    scripted_server server{[](peer& client) {
        echo_two(client);
        client.send(std::string{"\x81\x81\0\0\0\0x", 7});
        client.await_end();
    }};
    upgrade(server.port());
    converse(5s);
    EXPECT_EQ(speaker.end, boost::beast::websocket::error::bad_masked_frame);
    EXPECT_EQ(the<transcript::ws_raw>().rule, "5.1");
}

TEST_F(Dialogue, LetsARunEndWithoutItsTicks) {
    int ticks = 0;
    loop.on_tick(1ms, [&ticks] { ++ticks; });
    loop.run();
    EXPECT_EQ(ticks, 0);
    loop.begin_wait(50ms);
    loop.run();
    EXPECT_GT(ticks, 0);
}

TEST_F(Dialogue, IsEndedEarlyByAnInterruptAndCanGoOn) {
    scripted_server server{[](peer& client) {
        echo_two(client);
        client.send(server_frame(close_message, client.receive_frame()));
    }};
    loop.catch_interrupts();
    upgrade(server.port());
    line->begin_converse(speaker, 60s, [once = true](const systems::signal&) mutable {
        if (std::exchange(once, false))
            std::raise(SIGINT);
        return pump::go_on;
    });
    loop.run();
    EXPECT_EQ(loop.interrupted(), SIGINT);
    EXPECT_TRUE(line->open());
    line->begin_close(1000, 5s);
    loop.run();
    EXPECT_EQ(closed_by(), "server fin");
}

} // namespace
} // namespace rhombus::test
