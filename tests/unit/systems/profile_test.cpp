#include <rhombus/systems/profile.hpp>

#include <gmock/gmock.h>

namespace rhombus::systems {
namespace {

TEST(Profile, KnowsBothSystemsAndNoOther) {
    EXPECT_THAT(profile_names(), testing::ElementsAre("rhombus", "stomp"));
    EXPECT_EQ(find_profile("goclaw"), nullptr);
}

TEST(Profile, HasTheUnitedStatesFirst) {
    const auto* rhombus = find_profile("rhombus");
    ASSERT_FALSE(rhombus->regions.empty());
    EXPECT_EQ(rhombus->regions.front().name, "us");
    EXPECT_EQ(rhombus->find_region("eu")->api_url, "https://api2.eu.rhombussystems.com");
    EXPECT_EQ(rhombus->find_region("moon"), nullptr);
}

TEST(Profile, GivesAGenericBrokerNeitherRestNorCredentialHeaders) {
    const auto* stomp = find_profile("stomp");
    EXPECT_FALSE(stomp->rest);
    EXPECT_FALSE(stomp->credential);
}

} // namespace
} // namespace rhombus::systems
