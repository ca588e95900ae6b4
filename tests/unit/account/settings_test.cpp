#include <rhombus/account/settings.hpp>

#include <gmock/gmock.h>

#include <map>

namespace rhombus::account {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ini_file file(std::string_view name, std::string_view text) {
    return *parse_ini(name, text);
}

auto environment(std::map<std::string, std::string, std::less<>> values) {
    return [values = std::move(values)](std::string_view name) -> std::optional<std::string> {
        const auto found = values.find(name);
        return found == values.end() ? std::nullopt : std::optional{found->second};
    };
}

sources with_credentials(std::string_view text) {
    sources from;
    from.environment = environment({});
    from.credentials = file("credentials", text);
    return from;
}

std::vector<std::string> trap_ids(const settings& from) {
    std::vector<std::string> ids;
    for (const auto& trap : from.traps)
        ids.push_back(trap.id);
    return ids;
}

TEST(Settings, TakesTheProfilesKeysEachForItsHost) {
    const auto out =
        resolve(with_credentials("[default]\napi_key=rest-key\nws_api_key=stream-key\n"));
    EXPECT_THAT(out.errors, IsEmpty());
    EXPECT_EQ(out.rest_key->value.reveal(), "rest-key");
    EXPECT_EQ(out.ws_key->value.reveal(), "stream-key");
    EXPECT_EQ(out.ws_key->source, "credentials:3 [default]");
    EXPECT_THAT(trap_ids(out), ElementsAre("C2"));
}

TEST(Settings, LetsAVariableSetBothKeysAndSaysWhatItShadowed) {
    auto from = with_credentials("[default]\napi_key=rest-key\nws_api_key=stream-key\n");
    from.environment = environment({{"RHOMBUS_API_KEY", "env-key"}});
    const auto out = resolve(from);
    EXPECT_EQ(out.rest_key->value.reveal(), "env-key");
    EXPECT_EQ(out.ws_key->value.reveal(), "env-key");
    EXPECT_THAT(out.ws_key->shadowed,
                ElementsAre("credentials:3 [default]", "credentials:2 [default]"));
    EXPECT_THAT(trap_ids(out), ElementsAre("C1"));
}

TEST(Settings, PrefersAFlagToAVariable) {
    auto from = with_credentials("");
    from.environment = environment({{"RHOMBUS_API_KEY", "env-key"}});
    from.flags.api_key = sourced<secret>{secret{"flag-key"}, "--api-key-file k", {}};
    const auto out = resolve(from);
    EXPECT_EQ(out.rest_key->value.reveal(), "flag-key");
    EXPECT_THAT(out.rest_key->shadowed, ElementsAre("RHOMBUS_API_KEY"));
}

TEST(Settings, NamesTheThreeWaysToGiveAKeyWhereNoneIs) {
    const auto out = resolve(with_credentials(""));
    ASSERT_EQ(out.errors.size(), 1U);
    EXPECT_EQ(out.errors[0].code, "CFG-NOKEY");
    EXPECT_THAT(out.errors[0].text, HasSubstr("--api-key-file"));
    EXPECT_THAT(out.errors[0].text, HasSubstr("RHOMBUS_API_KEY"));
    EXPECT_THAT(out.errors[0].text, HasSubstr("~/.rhombus/credentials"));
}

TEST(Settings, CallsAnEmptyVariableMissingAndNamesIt) {
    auto from = with_credentials("");
    from.environment = environment({{"RHOMBUS_API_KEY", ""}});
    EXPECT_THAT(resolve(from).errors[0].text, HasSubstr("RHOMBUS_API_KEY is set but empty"));
}

TEST(Settings, UsesTheRegionsHosts) {
    auto from = with_credentials("[default]\napi_key=k\n");
    from.config = file("config", "[default]\nregion = eu\n");
    const auto out = resolve(from);
    EXPECT_EQ(out.api_url.value, "https://api2.eu.rhombussystems.com");
    EXPECT_EQ(out.ws_url.value, "wss://ws.eu.rhombussystems.com:8443/websocket");
}

TEST(Settings, PairsTheHostsOfTheRegionThatAnAddressNames) {
    auto from = with_credentials("[default]\napi_key=k\n");
    from.environment =
        environment({{"RHOMBUS_ENDPOINT_URL", "https://api2.eu.rhombussystems.com"}});
    EXPECT_EQ(resolve(from).ws_url.value, "wss://ws.eu.rhombussystems.com:8443/websocket");
}

TEST(Settings, NeverPairsAForeignRestHostWithTheVendorsWebSocket) {
    auto from = with_credentials("[default]\napi_key=k\n");
    from.environment = environment({{"RHOMBUS_ENDPOINT_URL", "https://127.0.0.1:1"}});
    const auto out = resolve(from);
    ASSERT_EQ(out.errors.size(), 1U);
    EXPECT_EQ(out.errors[0].code, "CFG-URL");
    EXPECT_THAT(out.errors[0].text, HasSubstr("--ws-url"));
}

TEST(Settings, RefusesAnUnknownRegionAndListsTheKnownOnes) {
    auto from = with_credentials("[default]\napi_key=k\n");
    from.flags.region = "mars";
    EXPECT_EQ(resolve(from).errors[0].text,
              "--region: unknown region `mars`; expected us, eu, itg");
}

TEST(Settings, RefusesAProfileThatHasNoSection) {
    auto from = with_credentials("[default]\napi_key=k\n");
    from.flags.profile = "work";
    EXPECT_EQ(resolve(from).errors[0].code, "CFG-FILE");
}

TEST(Settings, SeesATrapInACertificateProfileWithoutAWebSocketKey) {
    const auto out = resolve(with_credentials("[default]\nauth_type=cert\napi_key=k\n"));
    EXPECT_THAT(trap_ids(out), ElementsAre("C4"));
}

TEST(Settings, TakesAPartnerForWhatTheFileOrTheFlagSays) {
    EXPECT_EQ(resolve(with_credentials("[default]\napi_key=k\nis_partner=true\n")).owner,
              systems::key_owner::partner);
    auto from = with_credentials("[default]\napi_key=k\n");
    EXPECT_EQ(resolve(from).owner, systems::key_owner::organization);
    from.flags.partner_organization = "client";
    const auto out = resolve(from);
    EXPECT_EQ(out.owner, systems::key_owner::partner);
    EXPECT_EQ(out.partner_target, "client");
    EXPECT_EQ(out.organization->value, "client");
}

TEST(Settings, WantsNoKeyButAnAddressForAGenericBroker) {
    auto from = with_credentials("");
    from.flags.system = "stomp";
    auto out = resolve(from);
    ASSERT_EQ(out.errors.size(), 1U);
    EXPECT_EQ(out.errors[0].code, "CFG-URL");
    from.flags.ws_url = "ws://127.0.0.1:15674/ws";
    EXPECT_THAT(resolve(from).errors, IsEmpty());
}

} // namespace
} // namespace rhombus::account
