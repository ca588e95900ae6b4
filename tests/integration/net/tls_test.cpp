#include "fixture.hpp"

#include <ostream>

namespace rhombus::test {
namespace {

using net::errc;
using net::stage;
using net::transport;
using texts = std::vector<std::string>;

class Tls : public OneConnection {
public:
    /// Opens TLS to a server with this identity; it stays until the client goes.
    void meet(const identity& server) {
        const auto settings = serve_with(server);
        meet(settings.get());
    }
    void meet(SSL_CTX* settings) {
        scripted_server listening{[](peer& client) {
                                      static_cast<void>(client.accept_tls());
                                      client.await_end();
                                  },
                                  settings};
        open(listening.port(), transport::tls);
        failure = line->failure();
        reached = line->reached();
        line.reset();
    }

    identity authority = issue({.subject = "test CA", .names = {}, .authority = true}, nullptr);
    std::optional<net::stage_failure> failure;
    std::optional<stage> reached;
};

TEST_F(Tls, AcceptsAChainOfTheGivenAuthority) {
    options.ca_file = write_pem(*authority.certificate, folder);
    meet(issue({}, &authority));

    EXPECT_EQ(failure, std::nullopt);
    EXPECT_EQ(reached, stage::secure);
    const auto& facts = the<transcript::tls_established>();
    EXPECT_EQ(facts.defects, texts{});
    EXPECT_EQ(facts.version, "TLSv1.3");
    ASSERT_EQ(facts.chain.size(), 1);
    EXPECT_EQ(facts.chain[0].subject, "CN=server");
    EXPECT_EQ(facts.chain[0].issuer, "CN=test CA");
    EXPECT_EQ(facts.chain[0].names, (texts{"localhost", "127.0.0.1"}));
    EXPECT_EQ(facts.chain[0].sha256.size(), 64);
    EXPECT_EQ(facts.chain[0].not_after.size(), std::string{"2025-01-01T00:00:00Z"}.size());
}

struct defective {
    std::string name;
    wish server;
    bool self_signed = false;
    bool known_authority = true;
    texts defects;
};
void PrintTo(const defective& row, std::ostream* out) {
    *out << row.name;
}

class Defects : public Tls, public testing::WithParamInterface<defective> {};

TEST_P(Defects, AreAllNamedAndEndTheOpening) {
    if (GetParam().known_authority)
        options.ca_file = write_pem(*authority.certificate, folder);
    meet(issue(GetParam().server, GetParam().self_signed ? nullptr : &authority));

    EXPECT_EQ(failure, failed(stage::secure, errc::certificate_refused));
    EXPECT_EQ(the<transcript::tls_failed>().defects, GetParam().defects);
    EXPECT_EQ(the<transcript::tls_failed>().chain.size(), 1);
}

INSTANTIATE_TEST_SUITE_P(
    Certificates, Defects,
    testing::Values(
        defective{
            "Expired", {.begins_in_days = -9, .ends_in_days = -2}, false, true, {"TLS-EXPIRED"}},
        defective{"NotYetValid", {.begins_in_days = 2}, false, true, {"TLS-EXPIRED"}},
        defective{"OtherName", {.names = "DNS:other.example"}, false, true, {"TLS-NAME"}},
        defective{"OtherAddress", {.names = "IP:127.0.0.2"}, false, true, {"TLS-NAME"}},
        defective{
            "CommonNameOnly", {.subject = "127.0.0.1", .names = {}}, false, true, {"TLS-NAME"}},
        defective{"SelfSigned", {}, true, true, {"TLS-SELF"}},
        defective{"UnknownAuthority", {}, false, false, {"TLS-STORE"}},
        defective{"IssuerPublishedElsewhere",
                  {.issuer_url = "http://ca.example/i.cer"},
                  false,
                  false,
                  {"TLS-CHAIN"}},
        defective{"ExpiredSelfSignedOfAnother",
                  {.names = "DNS:other.example", .begins_in_days = -9, .ends_in_days = -2},
                  true,
                  true,
                  {"TLS-SELF", "TLS-EXPIRED", "TLS-NAME"}}),
    [](const auto& row) { return row.param.name; });

TEST_F(Tls, GoesOnWithoutCredentialsWhenAsked) {
    const auto settings = serve_with(issue({}, nullptr));
    std::string seen;
    {
        scripted_server server{[&seen](peer& client) {
                                   if (client.accept_tls())
                                       seen = client.receive_until("\r\n\r\n");
                               },
                               settings.get()};
        options.on_defect = net::untrusted_peer::go_on_without_credentials;
        request.headers = {{"User-Agent", "test"}};
        request.credentials = {{"x-auth-apikey", "canary-key-1"}};
        upgrade(server.port(), transport::tls);
        line.reset();
    }
    EXPECT_EQ(the<transcript::tls_established>().defects, texts{"TLS-SELF"});
    EXPECT_NE(seen.find("User-Agent: test\r\n"), std::string::npos);
    EXPECT_EQ(seen.find("canary"), std::string::npos);
    EXPECT_EQ(the<transcript::note>().text,
              "credentials withheld: the certificate failed verification");
}

TEST_F(Tls, KeepsTheServersAlert) {
    tls_settings settings{SSL_CTX_new(TLS_server_method()), SSL_CTX_free}; // No certificate at all.
    meet(settings.get());

    EXPECT_EQ(the<transcript::tls_failed>().defects, texts{"TLS-ABORT"});
    EXPECT_EQ(the<transcript::tls_failed>().alert, "handshake failure");
}

TEST_F(Tls, NamesAVersionThatIsTooOld) {
    const auto settings = serve_with(issue({}, &authority));
    SSL_CTX_set_security_level(settings.get(), 0);
    SSL_CTX_set_min_proto_version(settings.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(settings.get(), TLS1_1_VERSION);
    meet(settings.get());

    EXPECT_EQ(the<transcript::tls_failed>().defects, texts{"TLS-VERSION"});
    EXPECT_EQ(the<transcript::tls_failed>().alert, "protocol version");
}

} // namespace
} // namespace rhombus::test
