#include "fixture.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/websocket/error.hpp>

#include <algorithm>
#include <csignal>

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
