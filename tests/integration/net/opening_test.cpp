#include "fixture.hpp"

#include <boost/asio/error.hpp>

namespace rhombus::test {
namespace {

using namespace std::chrono_literals;
using net::errc;
using net::stage;
using net::transport;

TEST_F(OneConnection, KeepsARefusal) {
    const auto& opened = open(free_port());

    EXPECT_EQ(opened.failure(), failed(stage::connect, boost::asio::error::connection_refused));
    EXPECT_EQ(opened.reached(), stage::resolve);
    EXPECT_EQ(the<transcript::tcp_failed>().error, "refused");
    EXPECT_EQ(kinds(), "dns.resolved tcp.connecting tcp.failed");
}

TEST_F(OneConnection, TriesTheNextAddressOfAName) {
    scripted_server server{[](peer& client) { client.await_end(); }};
    const net::endpoint where{
        .security = transport::clear, .host = "localhost", .port = server.port()};
    line = std::make_unique<net::connection>(loop, where, options, log);
    line->begin_open(stage::secure);
    loop.run();

    EXPECT_EQ(line->reached(), stage::secure);
    EXPECT_EQ(the<transcript::tcp_connected>().address, "127.0.0.1");
    line.reset();
}

TEST_F(OneConnection, SaysWhichNameWasNotFound) {
    const net::endpoint where{.host = "no-such-host.invalid"};
    line = std::make_unique<net::connection>(loop, where, options, log);
    line->begin_open(stage::secure);
    loop.run();

    ASSERT_TRUE(line->failure());
    EXPECT_EQ(line->failure()->at, stage::resolve);
    EXPECT_EQ(the<transcript::dns_failed>().host, "no-such-host.invalid");
}

TEST_F(OneConnection, TakesTheAddressOfAnOverride) {
    scripted_server server{[](peer& client) { client.await_end(); }};
    options.overrides = {{"ws.example.com", server.port(), "127.0.0.1"}};
    const net::endpoint where{
        .security = transport::clear, .host = "WS.example.com", .port = server.port()};
    line = std::make_unique<net::connection>(loop, where, options, log);
    line->begin_open(stage::connect);
    loop.run();

    EXPECT_EQ(line->reached(), stage::connect);
    EXPECT_EQ(the<transcript::dns_resolved>().addresses, std::vector<std::string>{"127.0.0.1"});
    line.reset();
}

// Whether Linux tells it to the connect or to the first read depends on how fast it comes.
TEST_F(OneConnection, SeesAResetBehindTheAccept) {
    scripted_server server{[](peer& client) { client.reset(); }};
    const auto& opened = open(server.port(), transport::tls);

    ASSERT_TRUE(opened.failure());
    EXPECT_EQ(opened.failure()->reason, boost::asio::error::connection_reset);
    if (opened.reached() == stage::resolve)
        EXPECT_EQ(the<transcript::tcp_failed>().error, "reset");
    else
        EXPECT_EQ(closed_by(), "server rst");
}

TEST_F(OneConnection, SeesAResetInTheTlsHandshake) {
    scripted_server server{[](peer& client) {
        static_cast<void>(client.receive());
        client.reset();
    }};
    const auto& opened = open(server.port(), transport::tls);

    EXPECT_EQ(opened.failure(), failed(stage::secure, boost::asio::error::connection_reset));
    EXPECT_EQ(the<transcript::tls_failed>().defects, std::vector<std::string>{"TLS-ABORT"});
    EXPECT_EQ(closed_by(), "server rst");
}

TEST_F(OneConnection, WaitsForASilentServerUntilTheLimit) {
    scripted_server server{[](peer& client) { client.await_end(); }};
    options.opening_limit = 300ms;
    const auto& opened = open(server.port(), transport::tls);

    EXPECT_EQ(opened.failure(), failed(stage::secure, errc::opening_timed_out));
    EXPECT_EQ(the<transcript::tls_failed>().defects, std::vector<std::string>{"TLS-TIMEOUT"});
    EXPECT_EQ(closed_by(), "client timeout");
}

TEST_F(OneConnection, TellsPlainTextFromTls) {
    scripted_server server{[](peer& client) {
        client.send("HTTP/1.1 400 Bad Request\r\n\r\n");
        client.await_end();
    }};
    const auto& opened = open(server.port(), transport::tls);

    EXPECT_EQ(opened.failure(), failed(stage::secure, errc::not_tls));
    EXPECT_EQ(the<transcript::tls_failed>().defects, std::vector<std::string>{"TLS-PLAIN"});
    EXPECT_EQ(the<transcript::tls_failed>().alert,
              R"(the server sent "HTTP/1.1 400 Bad Request\x0d\x0a\x0d\x0a")");
}

} // namespace
} // namespace rhombus::test
