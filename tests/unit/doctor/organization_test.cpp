#include "organization.hpp"

#include <gtest/gtest.h>

namespace rhombus::doctor {
namespace {

using kind = organization_reading::kind;

TEST(ReadOrganization, TakesBothSpellingsOfAnIdentifier) {
    const auto good = read_organization(
        R"({"org":{"uuid":"AAAAAAAAAAAAAAAAAAAAAA","name":"N","type":"PARTNER"},"error":null})");
    EXPECT_EQ(good.what, kind::good);
    EXPECT_EQ(good.uuid, "AAAAAAAAAAAAAAAAAAAAAA");
    EXPECT_EQ(good.type, "PARTNER");
    EXPECT_EQ(read_organization(R"({"org":{"uuid":"00000000-0000-0000-0000-000000000000"}})").what,
              kind::good);
}

TEST(ReadOrganization, F156TellsWhatIsNoJson) {
    EXPECT_EQ(read_organization("<html>").what, kind::not_json);
    EXPECT_EQ(read_organization("").what, kind::not_json);
    EXPECT_EQ(read_organization("[]").what, kind::not_json);
}

TEST(ReadOrganization, F157NamesTheMissingIdentifier) {
    for (const auto* body : {"{}", R"({"org":null})", R"({"org":{"uuid":""}})", R"({"org":[]})",
                             R"({"org":{"uuid":7}})"})
        EXPECT_EQ(read_organization(body).what, kind::without_uuid) << body;
}

TEST(ReadOrganization, F158KeepsTheErrorsText) {
    const auto error = read_organization(R"({"error":true,"errorMsg":"why","org":{"uuid":"x"}})");
    EXPECT_EQ(error.what, kind::says_error);
    EXPECT_EQ(error.error_message, "why");
}

} // namespace
} // namespace rhombus::doctor
