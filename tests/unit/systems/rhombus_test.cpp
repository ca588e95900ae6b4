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

event delivered(const std::string& body) {
    const auto speaker = make_rhombus(system(), options);
    speaker->start({});
    speaker->receive(
        opcode::text,
        "CONNECTED\nversion:1.2\n\n\0MESSAGE\nsubscription:sub-0\ndestination:/t\n\n"s + body +
            '\0',
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
