#include "fixture.hpp"

#include <rhombus/rest/call.hpp>

namespace rhombus::test {
namespace {

using namespace std::chrono_literals;
using net::transport;

class Rest : public OneConnection {
public:
    rest::outcome ask(std::uint16_t port, transport security = transport::clear) {
        post.where = {.security = security, .host = "127.0.0.1", .port = port};
        return rest::perform(post, log);
    }

    rest::call post{.target = "/api/org/getOrgV2",
                    .headers = {{"Content-Type", "application/json"}},
                    .credentials = {{"x-auth-apikey", "canary-key-1"}},
                    .body = "{}"};
};

TEST_F(Rest, KeepsRequestAndAnswer) {
    scripted_server server{[](peer& client) {
        static_cast<void>(client.receive_until("{}"));
        client.send(
            "HTTP/1.1 401 Unauthorized\r\nX-A: 1\r\nX-A:  2 \r\nContent-Length: 4\r\n\r\nnope");
    }};
    const auto got = ask(server.port());

    EXPECT_EQ(got.status, 401);
    EXPECT_EQ(got.body, "nope");
    EXPECT_EQ(got.error, "");
    EXPECT_EQ(kinds(), "tcp.connected http.request http.response");
    const auto& sent = the<transcript::http_request>();
    EXPECT_EQ(sent.method + " " + sent.target + " " + sent.body, "POST /api/org/getOrgV2 {}");
    EXPECT_NE(std::find(sent.headers.begin(), sent.headers.end(),
                        std::pair<std::string, std::string>{"x-auth-apikey", "canary-key-1"}),
              sent.headers.end());
    EXPECT_EQ(the<transcript::http_response>().headers,
              (transcript::header_list{{"X-A", "1"}, {"X-A", "2"}, {"Content-Length", "4"}}));
}

TEST_F(Rest, FollowsNoRedirect) {
    scripted_server server{[](peer& client) {
        static_cast<void>(client.receive_until("{}"));
        client.send(
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
    }};
    EXPECT_EQ(ask(server.port()).status, 302);
}

TEST_F(Rest, BoundsTheBody) {
    scripted_server server{[](peer& client) {
        static_cast<void>(client.receive_until("{}"));
        client.send("HTTP/1.1 200 OK\r\n\r\n" + std::string(100, 'x'));
    }};
    post.bounds.body_octets = 99;
    const auto got = ask(server.port());
    EXPECT_EQ(got.error, "too-large");
    EXPECT_EQ(got.body.size(), 99);
    EXPECT_EQ(got.status, 200);
}

TEST_F(Rest, SaysWhenTheBodyIsCutShort) {
    scripted_server server{[](peer& client) {
        static_cast<void>(client.receive_until("{}"));
        client.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    }};
    EXPECT_EQ(ask(server.port()).error, "truncated");
}

TEST_F(Rest, WaitsNoLongerThanTold) {
    scripted_server server{[](peer& client) { client.await_end(); }};
    post.bounds.total = 200ms;
    const auto got = ask(server.port());
    EXPECT_EQ(got.error, "timeout");
    EXPECT_EQ(got.status, std::nullopt);
}

TEST_F(Rest, NamesARefusedConnection) {
    EXPECT_EQ(ask(free_port()).error, "connect");
}

TEST_F(Rest, SendsNothingToAnUnverifiedServer) {
    const auto settings = serve_with(issue({}, nullptr));
    std::string seen = "nothing";
    {
        scripted_server server{
            [&seen](peer& client) { seen = client.accept_tls() ? client.receive() : ""; },
            settings.get()};
        EXPECT_EQ(ask(server.port(), transport::tls).error, "tls");
    }
    EXPECT_EQ(seen, "");
    EXPECT_NE(the<transcript::tls_failed>().alert, "");
}

TEST_F(Rest, TrustsTheGivenAuthority) {
    const auto server_identity = issue({}, nullptr);
    const auto settings = serve_with(server_identity);
    scripted_server server{[](peer& client) {
                               if (!client.accept_tls())
                                   return;
                               static_cast<void>(client.receive_until("{}"));
                               client.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                               client.await_end();
                           },
                           settings.get()};
    post.ca_file = write_pem(*server_identity.certificate, folder);
    const auto got = ask(server.port(), transport::tls);
    EXPECT_EQ(got.body, "ok");
}

TEST_F(Rest, WithholdsCredentialsFromClearTextWhenToldSo) {
    std::string seen;
    {
        scripted_server server{[&seen](peer& client) {
            seen = client.receive_until("{}");
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }};
        post.clear_text = net::clear_text_credentials::withhold;
        EXPECT_EQ(ask(server.port()).status, 200);
    }
    EXPECT_EQ(seen.find("canary"), std::string::npos);
}

} // namespace
} // namespace rhombus::test
