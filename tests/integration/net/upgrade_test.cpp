#include "fixture.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>

namespace rhombus::test {
namespace {

using namespace std::chrono_literals;
using net::errc;
using net::stage;

/// Makes a change to the agreement, which the client must not accept.
std::string with(std::string agreement, std::string_view old_text, std::string_view new_text) {
    return agreement.replace(agreement.find(old_text), old_text.size(), new_text);
}

TEST_F(OneConnection, BecomesAWebSocket) {
    scripted_server server{[](peer& client) {
        client.send(client.agreement());
        client.await_end();
    }};
    request.headers = {{"User-Agent", "test"}};
    request.credentials = {{"x-auth-apikey", "canary-key-1"}};
    const auto& opened = upgrade(server.port());

    EXPECT_EQ(opened.failure(), std::nullopt);
    EXPECT_EQ(opened.reached(), stage::upgrade);
    EXPECT_TRUE(opened.open());
    EXPECT_EQ(kinds(), "dns.resolved tcp.connecting tcp.connected http.request http.response");
    const auto& sent = the<transcript::http_request>();
    EXPECT_EQ(sent.method + " " + sent.target, "GET /websocket");
    EXPECT_EQ(sent.headers.front(), (std::pair<std::string, std::string>{
                                        "Host", "127.0.0.1:" + std::to_string(server.port())}));
    EXPECT_EQ(sent.headers.back(),
              (std::pair<std::string, std::string>{"x-auth-apikey", "canary-key-1"}));
    EXPECT_EQ(the<transcript::http_response>().status, 101);
    line.reset();
    EXPECT_EQ(closed_by(), "client fin");
}

TEST_F(OneConnection, AcceptsTheAnswerOctetByOctetBehindEarlyHints) {
    scripted_server server{[](peer& client) {
        client.send_in_pieces("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" +
                              client.agreement());
        client.await_end();
    }};
    const auto& opened = upgrade(server.port());

    EXPECT_EQ(opened.reached(), stage::upgrade);
    EXPECT_EQ(the<transcript::http_response>().status, 101);
    EXPECT_EQ(the<transcript::note>().text, "informational response 103");
    line.reset();
}

TEST_F(OneConnection, KeepsTheStatusOfARefusalWhoseBodyNeverEnds) {
    scripted_server server{[](peer& client) {
        static_cast<void>(client.receive_until("\r\n\r\n"));
        client.send("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: x\r\n\r\n");
        for (int i = 0; i < 100; ++i)
            client.send(std::string(1000, 'x'));
        client.await_end();
    }};
    const auto& opened = upgrade(server.port());

    EXPECT_EQ(opened.failure(), failed(stage::upgrade, errc::handshake_refused));
    const auto& answer = the<transcript::http_response>();
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.headers, (transcript::header_list{{"WWW-Authenticate", "x"}}));
    EXPECT_EQ(answer.body, std::string(65536, 'x'));
    EXPECT_EQ(closed_by(), "client fin");
}

TEST_F(OneConnection, TakesAChunkedRefusalApart) {
    scripted_server server{[](peer& client) {
        static_cast<void>(client.receive_until("\r\n\r\n"));
        client.send_in_pieces("HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n"
                              "5\r\nno, n\r\n3\r\nev.\r\n0\r\n\r\n");
        client.await_end();
    }};
    upgrade(server.port());

    EXPECT_EQ(the<transcript::http_response>().body, "no, nev.");
}

struct disagreement {
    std::string name;
    std::string old_text;
    std::string new_text;
    errc reason;
};
void PrintTo(const disagreement& row, std::ostream* out) {
    *out << row.name;
}

class Disagreements : public OneConnection, public testing::WithParamInterface<disagreement> {};

TEST_P(Disagreements, EndTheOpening) {
    scripted_server server{[](peer& client) {
        client.send(with(client.agreement(), GetParam().old_text, GetParam().new_text));
        client.await_end();
    }};
    request.subprotocols = {"v12.stomp"};
    const auto& opened = upgrade(server.port());

    EXPECT_EQ(opened.failure(), failed(stage::upgrade, GetParam().reason));
    EXPECT_FALSE(opened.open());
}

INSTANTIATE_TEST_SUITE_P(
    Answers, Disagreements,
    testing::Values(
        disagreement{"WrongAccept", "Accept: ", "Accept: x", errc::accept_key_wrong},
        disagreement{"NoAccept", "Sec-WebSocket-Accept", "Accept", errc::accept_key_wrong},
        disagreement{"NoUpgrade", "Upgrade: websocket", "Other: x", errc::upgrade_not_confirmed},
        disagreement{"NoConnection", "Connection: Upgrade", "Connection: close",
                     errc::upgrade_not_confirmed},
        disagreement{"Extension",
                     "Connection:", "Sec-WebSocket-Extensions: permessage-deflate\r\nConnection:",
                     errc::extension_not_offered},
        disagreement{"Subprotocol", "Connection:", "Sec-WebSocket-Protocol: mqtt\r\nConnection:",
                     errc::subprotocol_not_offered},
        disagreement{"NotHttp", "HTTP/1.1 101", "SSH-2.0-101", errc::handshake_malformed},
        disagreement{"EndlessHead",
                     "Connection:", "X: " + std::string(70000, 'x') + "\r\nConnection:",
                     errc::handshake_malformed}),
    [](const auto& row) { return row.param.name; });

TEST_F(OneConnection, KnowsAServerThatClosesWithoutAnAnswer) {
    scripted_server server{
        [](peer& client) { static_cast<void>(client.receive_until("\r\n\r\n")); }};
    const auto& opened = upgrade(server.port());

    EXPECT_EQ(opened.failure(), failed(stage::upgrade, errc::closed_without_answer));
    EXPECT_EQ(closed_by(), "server fin");
}

TEST_F(OneConnection, WaitsForAnAnswerUntilTheLimit) {
    scripted_server server{[](peer& client) { client.await_end(); }};
    options.opening_limit = 300ms;
    const auto& opened = upgrade(server.port());

    EXPECT_EQ(opened.failure(), failed(stage::upgrade, errc::opening_timed_out));
    EXPECT_EQ(closed_by(), "client timeout");
}

TEST_F(OneConnection, NeverSendsAHeaderThatHoldsALineEnd) {
    scripted_server server{[](peer& client) { client.await_end(); }};
    request.credentials = {{"x-auth-apikey", "abcd\r\nX: y"}};
    const auto& opened = upgrade(server.port());

    EXPECT_EQ(opened.failure(), failed(stage::upgrade, errc::request_not_sendable));
    EXPECT_EQ(kinds(), "dns.resolved tcp.connecting tcp.connected tcp.closed");
}

TEST_F(OneConnection, WithholdsCredentialsFromClearTextWhenToldSo) {
    scripted_server server{[](peer& client) {
        client.send(client.agreement());
        client.await_end();
    }};
    options.clear_text = net::clear_text_credentials::withhold;
    request.credentials = {{"x-auth-apikey", "canary-key-1"}};
    upgrade(server.port());

    EXPECT_EQ(the<transcript::http_request>().headers.back().first, "Sec-WebSocket-Version");
    EXPECT_EQ(the<transcript::note>().text,
              "credentials withheld: the connection is not encrypted");
    line.reset();
}

} // namespace
} // namespace rhombus::test
