#include <rhombus/transcript/redactor.hpp>

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace rhombus::transcript {
namespace {

constexpr std::string_view key = "k3y/+?with=all~sorts";

redactor of_key() {
    redactor made;
    made.add("api-key", key);
    return made;
}

struct form_row {
    const char* name;
    const char* text;
    const char* clean;
};
void PrintTo(const form_row& row, std::ostream* out) {
    *out << row.name;
}
class RedactedForm : public testing::TestWithParam<form_row> {};

TEST_P(RedactedForm, IsReplacedByTheName) {
    EXPECT_EQ(of_key().clean(GetParam().text), GetParam().clean);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, RedactedForm,
    testing::Values(
        form_row{"Raw", "a k3y/+?with=all~sorts b", "a ‹api-key› b"},
        form_row{"Twice", "k3y/+?with=all~sortsk3y/+?with=all~sorts", "‹api-key›‹api-key›"},
        form_row{"Base64", "=azN5Lys/d2l0aD1hbGx+c29ydHM=;", "=‹api-key›;"},
        form_row{"Base64Url", "azN5Lys_d2l0aD1hbGx-c29ydHM=", "‹api-key›"},
        form_row{"Base64UrlUnpadded", "azN5Lys_d2l0aD1hbGx-c29ydHM.", "‹api-key›M."},
        form_row{"Base64AfterOneOctet", "eGszeS8rP3dpdGg9YWxsfnNvcnRzeA==", "eG‹api-key›eA=="},
        form_row{"Base64AfterTwoOctets", "eHhrM3kvKz93aXRoPWFsbH5zb3J0c3g=", "eHh‹api-key›3g="},
        form_row{"PercentUpper", "k3y%2F%2B%3Fwith%3Dall~sorts", "‹api-key›"},
        form_row{"PercentLower", "k3y%2f%2b%3fwith%3dall~sorts", "‹api-key›"},
        form_row{"HexLower", "0x6b33792f2b3f776974683d616c6c7e736f727473", "0x‹api-key›"},
        form_row{"HexUpper", "6B33792F2B3F776974683D616C6C7E736F727473", "‹api-key›"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(Redactor, TheJsonFormIsReplaced) {
    redactor subject;
    subject.add("passcode", "say \"hi\"\n");
    EXPECT_EQ(subject.clean(R"({"p":"say \"hi\"\n"})"), R"({"p":"‹passcode›"})");
}

TEST(Redactor, ValuesTooShortToBeToldFromChanceAreLeft) {
    redactor subject;
    subject.add("passcode", "abc");
    EXPECT_EQ(subject.clean("abc"), "abc");
    EXPECT_TRUE(subject.names().empty());
}

TEST(Redactor, ARecordGainsPlaceAndLengthOfEachSecret) {
    record subject{.what = http_request{.target = "/websocket?k=" + std::string{key},
                                        .headers = {{"Host", "h"}, {"x", std::string{key}}}}};
    of_key().clean(subject);
    const auto& request = std::get<http_request>(subject.what);
    EXPECT_EQ(request.target, "/websocket?k=‹api-key›");
    EXPECT_EQ(request.headers[1].second, "‹api-key›");
    ASSERT_EQ(subject.redacted.size(), 2U);
    EXPECT_EQ(subject.redacted[0].at, "/target");
    EXPECT_EQ(subject.redacted[0].octets, key.size());
    EXPECT_EQ(subject.redacted[1].at, "/headers/1/1");
}

TEST(Redactor, ASecretInAPayloadIsReplacedThere) {
    record subject{.what = ws_frame{.payload = "CONNECT\npasscode:" + std::string{key} + "\n\n"}};
    of_key().clean(subject);
    EXPECT_EQ(std::get<ws_frame>(subject.what).payload, "CONNECT\npasscode:‹api-key›\n\n");
    ASSERT_EQ(subject.redacted.size(), 1U);
    EXPECT_EQ(subject.redacted[0].at, "/text");
}

} // namespace
} // namespace rhombus::transcript
