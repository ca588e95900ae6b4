#include <rhombus/report/scenario_report.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace rhombus::report {
namespace {

scenario_report one_of_each() {
    scenario_report made;
    made.client.name = "some <client> & co";
    scenario_result scenario;
    scenario.id = "a/b";
    scenario.verdict = "fail";
    scenario.replay = "rhombus-scenario run --id a/b";
    for (const auto* const verdict :
         {"pass", "warn", "fail", "info", "n/a", "inconclusive", "blocked", "error"}) {
        requirement_result one;
        one.id = std::string{"R-"} + verdict;
        one.title = "title";
        one.level = "MUST";
        one.verdict = verdict;
        one.message = "said \"x\" & \x1b[2J\x01";
        one.records = {3};
        scenario.requirements.push_back(one);
    }
    made.scenarios.push_back(scenario);
    return made;
}

std::size_t count(const std::string& text, std::string_view word) {
    std::size_t found = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
        ++found;
    return found;
}

TEST(ScenarioJunit, MapsEachVerdictToItsElement) {
    const auto text = to_junit(one_of_each());
    EXPECT_EQ(count(text, "<testcase "), 8U);
    EXPECT_EQ(count(text, "<failure "), 1U);
    EXPECT_EQ(count(text, "<error "), 1U);
    EXPECT_EQ(count(text, "<skipped "), 3U);
    EXPECT_EQ(count(text, "<system-out>"), 2U);
    EXPECT_EQ(count(text, R"(tests="8" failures="1" errors="1" skipped="3")"), 1U);
}

TEST(ScenarioJunit, EscapesWhatXmlWouldRead) {
    const auto text = to_junit(one_of_each());
    EXPECT_EQ(count(text, "some &lt;client&gt; &amp; co"), 1U);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\x01'), std::string::npos);
}

TEST(ScenarioJson, HasTheFieldsOfTheContract) {
    const auto read = nlohmann::ordered_json::parse(to_json(one_of_each()));
    EXPECT_EQ(read["schema"], "rhombus/scenario-report/1");
    EXPECT_EQ(read["tool"], "rhombus-scenario");
    EXPECT_EQ(read["scenarios"][0]["requirements"][2]["verdict"], "fail");
    EXPECT_EQ(read["scenarios"][0]["requirements"][2]["records"][0], 3);
    EXPECT_FALSE(read["scenarios"][0].contains("transcript"));
}

TEST(ScenarioText, TellsOnlyWhatNeedsTelling) {
    const auto text = to_text(one_of_each());
    for (const auto* const told : {"R-warn", "R-fail", "R-inconclusive", "R-blocked", "R-error"})
        EXPECT_NE(text.find(told), std::string::npos) << told;
    for (const auto* const quiet : {"R-pass", "R-info", "R-n/a"})
        EXPECT_EQ(text.find(quiet), std::string::npos) << quiet;
    EXPECT_NE(text.find("rhombus-scenario run --id a/b"), std::string::npos);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(ScenarioText, ShowsWhatAClientsFileOrAScenarioSaysWithoutItsControls) {
    auto subject = one_of_each();
    subject.client.name = subject.client.version = "\x1b[2J";
    auto& scenario = subject.scenarios.front();
    scenario.id = scenario.replay = scenario.transcript = "\x1b[2J";
    const auto text = to_text(subject);
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
    EXPECT_NE(text.find(R"(again        \x1B[2J)"), std::string::npos) << text;
}

} // namespace
} // namespace rhombus::report
