#include "check.hpp"

#include <rhombus/diagnosis/knowledge.hpp>

#include <gmock/gmock.h>

#include <algorithm>

namespace rhombus::doctor {
namespace {

std::vector<std::string_view> ids() {
    std::vector<std::string_view> out;
    for (const auto& one : all_checks())
        out.push_back(one.id);
    return out;
}

const check& find(std::string_view id) {
    return *std::find_if(all_checks().begin(), all_checks().end(),
                         [&](const check& one) { return one.id == id; });
}

TEST(Checks, StandInTheContractsOrder) {
    EXPECT_THAT(ids(), testing::ElementsAre("config", "dns", "tcp", "tls", "rest-token",
                                            "ws-handshake", "stomp-connected", "subscribe",
                                            "topic-delivery", "heartbeat", "events", "goodbye"));
}

TEST(Checks, NeedOnlyWhatStandsBeforeThem) {
    const auto known = ids();
    for (const auto& one : all_checks()) {
        const auto place = std::find(known.begin(), known.end(), one.id);
        for (const auto need : one.needs)
            EXPECT_NE(std::find(known.begin(), place, need), place) << one.id << " needs " << need;
    }
}

TEST(Checks, RuleOutOnlyCodesThatExist) {
    for (const auto& one : all_checks()) {
        for (const auto code : one.rules_out)
            EXPECT_EQ(diagnosis::knowledge_of(code).code, code) << one.id;
    }
}

TEST(RestToken, DoesNotStandBeforeTheWebSocket) {
    facts known;
    known.rest.wanted = known.stream.wanted = true;
    known.rest.failure = net::stage_failure{net::stage::resolve, {}};
    EXPECT_EQ(find("rest-token").blocked_by(known, {}), "dns");
    EXPECT_EQ(find("ws-handshake").blocked_by(known, {}), std::nullopt);
    EXPECT_EQ(find("tcp").blocked_by(known, {}), std::nullopt);
    known.stream.failure = known.rest.failure;
    EXPECT_EQ(find("ws-handshake").blocked_by(known, {}), "dns");
    EXPECT_EQ(find("tcp").blocked_by(known, {}), "dns");
}

TEST(Config, BlamesShapeOnlyWhereTheKeyHasADefect) {
    facts known;
    known.settings.system = systems::find_profile("rhombus");
    known.settings.rest_key =
        account::sourced<account::secret>{account::secret{"abc def"}, "f", {}};
    known.settings.ws_key = known.settings.rest_key;
    const auto bad = find("config").judge(known, {});
    ASSERT_EQ(bad.findings.size(), 1U);
    EXPECT_EQ(bad.findings[0].id, "AUTH-SHAPE");
    EXPECT_THAT(bad.findings[0].message, testing::Not(testing::HasSubstr("abc")));
    known.settings.rest_key->value = account::secret{"AAAAAAAAAAAAAAAAAAAAAA"};
    known.settings.ws_key = known.settings.rest_key;
    EXPECT_TRUE(find("config").judge(known, {}).findings.empty());
}

} // namespace
} // namespace rhombus::doctor
