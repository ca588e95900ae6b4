#include <rhombus/systems/rhombus.hpp>

#include <gmock/gmock.h>

namespace rhombus::systems {
namespace {

using namespace std::string_literals;

const profile& system() {
    return *find_profile("rhombus");
}

const rhombus_options options{.ws_url = "wss://ws.example:8443/websocket",
                              .api_key = "key",
                              .owner = key_owner::organization,
                              .partner_target = {},
                              .organization = "org"};

TEST(Rhombus, PutsTheKeyIntoTheHeaderAndTheSchemeIntoTheQuery) {
    const auto opening = make_rhombus(system(), options)->opening();
    EXPECT_EQ(opening.url, "wss://ws.example:8443/websocket?x-auth-scheme=api-token");
    EXPECT_THAT(opening.headers, testing::ElementsAre(testing::Pair("x-auth-apikey", "key")));
    EXPECT_TRUE(opening.subprotocols.empty());
}

TEST(Rhombus, NamesAPartnersTarget) {
    auto partner = options;
    partner.owner = key_owner::partner;
    partner.partner_target = "client";
    EXPECT_EQ(rhombus_url(system(), partner), "wss://ws.example:8443/websocket?x-auth-scheme="
                                              "partner-api-token&x-auth-org=client");
}

std::string connect_of(const rhombus_options& from) {
    const auto speaker = make_rhombus(system(), from);
    speaker->start({});
    return speaker->next_output().value_or(output{}).octets;
}

TEST(Rhombus, R204NamesTheHostOfTheUrlUnlessToldOtherwise) {
    auto other = options;
    EXPECT_EQ(connect_of(other), "CONNECT\naccept-version:1.2\nhost:ws.example\n"
                                 "heart-beat:10000,10000\n\n\0"s);
    other.virtual_host = "/";
    EXPECT_EQ(connect_of(other),
              "CONNECT\naccept-version:1.2\nhost:/\nheart-beat:10000,10000\n\n\0"s);
    other.virtual_host = "";
    EXPECT_EQ(connect_of(other), "CONNECT\naccept-version:1.2\nheart-beat:10000,10000\n\n\0"s);
}

TEST(HostOfUrl, LeavesSchemePortAndPathAway) {
    EXPECT_EQ(host_of_url("wss://ws.example:8443/websocket"), "ws.example");
    EXPECT_EQ(host_of_url("ws://127.0.0.1"), "127.0.0.1");
    EXPECT_EQ(host_of_url("wss://[::1]:8443/x"), "[::1]");
    EXPECT_EQ(host_of_url("wss://[::1]"), "[::1]");
    EXPECT_EQ(host_of_url("wss://h?x=a:b/c"), "h");
    EXPECT_EQ(host_of_url("wss://h#f"), "h");
    EXPECT_EQ(host_of_url("ws.example:8443"), "");
    EXPECT_EQ(host_of_url(""), "");
}

event delivered(const std::string& body) {
    const auto speaker = make_rhombus(system(), options);
    speaker->start({});
    speaker->receive(opcode::text, "CONNECTED\nversion:1.2\n\n\0"s, {});
    speaker->receive(opcode::text, "MESSAGE\nsubscription:sub-0\ndestination:/t\n\n" + body + '\0',
                     {});
    while (const auto next = speaker->next_signal()) {
        if (const auto* found = std::get_if<event>(&*next))
            return *found;
    }
    return {};
}

TEST(Rhombus, ReadsEntityAndTypeFlatOrFromUpdate) {
    const auto flat = delivered(R"({"entity":"DOOR_STATE","entityUuid":"u","type":"UPDATE"})");
    EXPECT_EQ(flat.kind, "DOOR_STATE/UPDATE");
    EXPECT_EQ(flat.key, "u");
    EXPECT_EQ(flat.channel, "/t");
    const auto nested = delivered(R"({"entity":"CAMERA","update":{"uuid":"v"}})");
    EXPECT_EQ(nested.kind, "CAMERA");
    EXPECT_EQ(nested.key, "v");
}

TEST(Rhombus, PassesOnABodyThatIsNoJson) {
    const auto odd = delivered("{'a':1}");
    EXPECT_EQ(odd.kind, "");
    EXPECT_EQ(odd.body, "{'a':1}");
}

} // namespace
} // namespace rhombus::systems
