#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <scenario/input_error.hpp>
#include <scenario/scenario_file.hpp>

namespace rhombus::scenario {
namespace {

using namespace std::chrono_literals;

const std::filesystem::path data = RHOMBUS_SOURCE_DIR "/tests/data/scenario";

std::string refusal_of(const std::string& name) {
    try {
        static_cast<void>(load_scenario(data / name));
    } catch (const input_error& wrong) {
        return wrong.what();
    }
    return "accepted";
}

TEST(ScenarioFile, HoldsHeadAndExpectations) {
    const auto read = load_scenario(
        RHOMBUS_SOURCE_DIR "/scenarios/connection-drops-intermittently/server-goes-silent.yaml");
    EXPECT_EQ(read.id, "connection-drops-intermittently/server-goes-silent");
    EXPECT_EQ(read.guide, "connection-drops-intermittently");
    EXPECT_THAT(read.faults, testing::ElementsAre("F-501"));
    EXPECT_THAT(read.tags, testing::ElementsAre("default"));
    EXPECT_THAT(read.framings, testing::ElementsAre("whole"));
    ASSERT_EQ(read.expectations.size(), 3U);
    EXPECT_EQ(read.expectations[0].requirement, "R-409");
    EXPECT_EQ(read.expectations[0].after, "mute");
    EXPECT_EQ(read.expectations[1].connection, 2U);
    EXPECT_EQ(read.expectations[1].window, (window{40s, 7, 0}));
}

TEST(ScenarioFile, EveryFileOfTheProjectIsRead) {
    const auto paths = scenario_paths(RHOMBUS_SOURCE_DIR "/scenarios");
    EXPECT_GE(paths.size(), 12U);
    for (const auto& path : paths)
        EXPECT_NO_THROW(static_cast<void>(load_scenario(path))) << path;
}

TEST(ScenarioFile, OneWithoutARequirementIsRefused) {
    EXPECT_EQ(refusal_of("without_requirement.yaml"),
              (data / "without_requirement.yaml").string() +
                  ":5: expect: expected at least one requirement");
}

TEST(ScenarioFile, AWindowThatIsNoDurationIsNamed) {
    EXPECT_EQ(refusal_of("wrong_window.yaml"),
              (data / "wrong_window.yaml").string() +
                  ":5: window: expected a duration such as 10s or 7 * hb.server + 60s");
}

TEST(ScenarioFile, AConnectionNumberIsNeverCutShort) {
    EXPECT_EQ(refusal_of("connection_beyond_32_bits.yaml"),
              (data / "connection_beyond_32_bits.yaml").string() +
                  ":5: connection: expected a number up to 4294967295; not \"4294967296\"");
}

TEST(ScenarioFile, WhatIsNoYamlIsNamedWithItsLine) {
    EXPECT_THAT(refusal_of("not_yaml.yaml"),
                testing::StartsWith((data / "not_yaml.yaml").string() + ":2: not YAML: "));
}

TEST(ScenarioFile, ControlOctetsAreShownNotSent) {
    EXPECT_EQ(refusal_of("control_octets.yaml"),
              (data / "control_octets.yaml").string() +
                  R"(:4: seed: expected a whole number; not "\x1B[2J\n1")");
}

TEST(ScenarioFile, AFolderThatIsMissingIsNamed) {
    EXPECT_THROW(static_cast<void>(scenario_paths("/nonexistent")), input_error);
}

} // namespace
} // namespace rhombus::scenario
