#include <rhombus/transcript/redactor.hpp>

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

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

TEST(Redactor, APayloadThatIsNotTextIsNamedAsItIsWritten) {
    record subject{.what = ws_frame{.opcode = 2, .payload = "\xFF" + std::string{key}}};
    of_key().clean(subject);
    ASSERT_EQ(subject.redacted.size(), 1U);
    EXPECT_EQ(subject.redacted[0].at, "/base64");
}

TEST(Redactor, TheLongestOfFormsThatBeginTogetherIsReplaced) {
    redactor subject;
    subject.add("short", "abcdef");
    subject.add("long", "abcdefghij");
    EXPECT_EQ(subject.clean("abcdefghij abcdefgh"), "‹long› ‹short›gh");
}

TEST(Redactor, FindsAsAPlainSearchDoesAtEveryPlace) {
    redactor subject;
    subject.add("four", "wxyz");
    subject.add("key", key);
    for (std::size_t before = 0; before < 70; ++before) {
        const auto text = std::string(before, 'w') + std::string{key} + std::string(before, 'y');
        const auto found = subject.find(text);
        ASSERT_TRUE(found) << before;
        EXPECT_EQ(*found, (exposure{before, key.size(), "key", "raw"}));
        EXPECT_FALSE(subject.find(text, before + 1)) << before;
        const auto small = std::string(before, 'x') + "wxyz";
        EXPECT_EQ(subject.find(small)->offset, before);
        EXPECT_FALSE(subject.find(small.substr(0, small.size() - 1)));
    }
}

TEST(ExposureScanner, FindsASecretCutAnywhere) {
    const auto text = "a " + std::string{key} + " b";
    const auto secrets = of_key();
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        std::vector<exposure> found;
        exposure_scanner scanner{secrets, [&](const exposure& one) { found.push_back(one); }};
        scanner.feed(std::string_view{text}.substr(0, cut));
        scanner.feed(std::string_view{text}.substr(cut));
        EXPECT_EQ(found, (std::vector<exposure>{{2, key.size(), "api-key", "raw"}})) << cut;
    }
}

TEST(ExposureScanner, FindsASecretOctetByOctetAndEachOnce) {
    const auto text = std::string{key} + std::string{key};
    const auto secrets = of_key();
    std::vector<std::uint64_t> offsets;
    exposure_scanner scanner{secrets, [&](const exposure& one) { offsets.push_back(one.offset); }};
    for (const auto octet : text)
        scanner.feed({&octet, 1});
    EXPECT_EQ(offsets, (std::vector<std::uint64_t>{0, key.size()}));
}

/// Payloads of one direction, one after another.
std::vector<std::string> cleaned(const redactor& secrets, const std::vector<std::string>& frames) {
    std::vector<std::string> clean;
    std::string begun;
    for (const auto& payload : frames) {
        record subject{.what = ws_frame{.opcode = 1, .payload = payload}};
        secrets.clean(subject, begun);
        clean.push_back(std::get<ws_frame>(subject.what).payload);
    }
    return clean;
}

TEST(RedactedStream, ASecretCutAnywhereShowsAtMostThreeOctets) {
    const auto secrets = of_key();
    const auto text = std::string{key};
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
        const auto clean = cleaned(secrets, {"a " + text.substr(0, cut), text.substr(cut) + " b"});
        const auto first = cut < 4 ? "a " + text.substr(0, cut) : std::string{"a ‹api-key›"};
        EXPECT_EQ(clean, (std::vector<std::string>{first, "‹api-key› b"})) << cut;
    }
}

TEST(RedactedStream, ASecretInFramesOfOneOctetShowsAtMostThree) {
    std::vector<std::string> frames;
    for (const auto octet : key)
        frames.emplace_back(1, octet);
    const auto clean = cleaned(of_key(), frames);
    for (std::size_t i = 0; i < clean.size(); ++i)
        EXPECT_EQ(clean[i], i < 3 ? frames[i] : "‹api-key›") << i;
}

TEST(RedactedStream, WhatOnlyBeganLikeASecretIsLostAndWhatFollowsStays) {
    EXPECT_EQ(cleaned(of_key(), {"a k3y", "x", "k3y/+", "x"}),
              (std::vector<std::string>{"a k3y", "x", "‹api-key›", "x"}));
}

TEST(RedactedStream, ALongerFormThatGoesOnBehindAShorterOneIsReplacedToo) {
    redactor secrets;
    secrets.add("short", "abcdef");
    secrets.add("long", "abcdefghij");
    EXPECT_EQ(cleaned(secrets, {"1 abcdef", "ghij 2"}),
              (std::vector<std::string>{"1 ‹long›", "‹long› 2"}));
    EXPECT_EQ(cleaned(secrets, {"abcdef", "abcdef", "xghij"}),
              (std::vector<std::string>{"‹long›", "‹long›", "xghij"}));
}

TEST(RedactedStream, EveryFormIsFollowedOverTheBounds) {
    const auto secrets = of_key();
    for (const auto* const form : {"azN5Lys/d2l0aD1hbGx+c29ydHM=", "k3y%2F%2B%3Fwith%3Dall~sorts",
                                   "6b33792f2b3f776974683d616c6c7e736f727473"}) {
        const std::string text{form};
        for (std::size_t cut = 4; cut + 4 < text.size(); ++cut)
            EXPECT_EQ(cleaned(secrets, {text.substr(0, cut), text.substr(cut)}),
                      (std::vector<std::string>{"‹api-key›", "‹api-key›"}))
                << text << ' ' << cut;
    }
}

TEST(RedactedStream, AControlFrameStandsApart) {
    const auto secrets = of_key();
    std::string begun;
    record first{.what = ws_frame{.opcode = 1, .payload = "k3y"}};
    secrets.clean(first, begun);
    record ping{.what = ws_frame{.opcode = 9, .payload = "/+?with=all~sorts"}};
    secrets.clean(ping, begun);
    EXPECT_EQ(std::get<ws_frame>(ping.what).payload, "/+?with=all~sorts");
    record rest{.what = ws_frame{.opcode = 0, .payload = "/+?with=all~sorts"}};
    secrets.clean(rest, begun);
    EXPECT_EQ(std::get<ws_frame>(rest.what).payload, "‹api-key›");
}

TEST(RedactedStream, TheRecordSaysHowMuchOfEachFrameWasReplaced) {
    const auto secrets = of_key();
    std::string begun;
    record subject{.what = ws_frame{.opcode = 1, .payload = "a k3y/+"}};
    secrets.clean(subject, begun);
    ASSERT_EQ(subject.redacted.size(), 1U);
    EXPECT_EQ(subject.redacted[0].at, "/text");
    EXPECT_EQ(subject.redacted[0].octets, 5U);
}

} // namespace
} // namespace rhombus::transcript
