#include "transcript/base64.hpp"
#include "transcript/json_escape.hpp"
#include "transcript/json_scan.hpp"
#include "transcript/octet_masks.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

// Our JSON against nlohmann's, over texts made by chance from a fixed seed.

namespace rhombus::transcript {
namespace {

using nlohmann::json;

/// Pieces that JSON text and its mistakes are made of.
constexpr std::array<std::string_view, 40> pieces{"\"",
                                                  "\\",
                                                  "\\\\",
                                                  "\\\"",
                                                  "\\n",
                                                  "\\u0041",
                                                  "\\u00e9",
                                                  "\\ud83d\\ude00",
                                                  "\\ud83d",
                                                  "\\ude00",
                                                  "\\u12",
                                                  "\\x",
                                                  "{",
                                                  "}",
                                                  "[",
                                                  "]",
                                                  ",",
                                                  ":",
                                                  " ",
                                                  "\t",
                                                  "\n",
                                                  "0",
                                                  "-1",
                                                  "01",
                                                  "1.5e-3",
                                                  "1.",
                                                  "1e",
                                                  "true",
                                                  "false",
                                                  "null",
                                                  "nul",
                                                  "\"a\":",
                                                  "\"\"",
                                                  "é",
                                                  "\xF0\x9F\x98\x80",
                                                  "\xC3",
                                                  "\x01",
                                                  "abcdefghijklmnopqrstuvwxyz",
                                                  "{}",
                                                  " 12345678901234567890123"};

std::string by_chance(std::mt19937& chance, std::size_t most) {
    std::string text;
    const auto count = chance() % most;
    for (std::size_t i = 0; i < count; ++i)
        text += pieces.at(chance() % pieces.size());
    return text;
}

std::optional<json_value> scan(std::string& text) {
    const auto size = text.size();
    text.append(mask_octets, '"');
    json_scanner scanner{std::string_view{text}.substr(0, size)};
    const auto value = scanner.value();
    const auto whole = value && scanner.at_end() && (!value->escaped || well_escaped(value->raw));
    return whole ? value : std::nullopt;
}

bool well_formed(std::string_view octets) {
    octet_buffer out;
    append_json_string(out, octets);
    return out.text().find(replacement_character) == std::string_view::npos;
}

TEST(JsonScanner, TakesWhatAnotherParserTakes) {
    std::mt19937 chance{1};
    std::size_t taken = 0;
    for (int i = 0; i < 60'000; ++i) {
        auto text = by_chance(chance, 12);
        if (i % 3 == 0)
            text = "[" + text + "]";
        if (i % 3 == 1)
            text = "{\"k\":\"" + text + "\"}";
        if (!well_formed(text))
            continue; // checked before the scanner is asked
        const auto expected = json::accept(text);
        taken += expected ? 1U : 0U;
        auto copy = text;
        ASSERT_EQ(scan(copy).has_value(), expected) << text;
    }
    EXPECT_GT(taken, 2000U);
}

TEST(JsonScanner, ReadsStringsAsAnotherParserDoes) {
    std::mt19937 chance{2};
    std::size_t compared = 0;
    for (int i = 0; i < 40'000; ++i) {
        auto text = "\"" + by_chance(chance, 40) + "\"";
        const auto theirs = json::parse(text, nullptr, false);
        if (!theirs.is_string())
            continue;
        const auto ours = scan(text);
        ASSERT_TRUE(ours) << text;
        std::string value;
        ASSERT_TRUE(unescape(ours->raw, value));
        ASSERT_EQ(value, theirs.get<std::string>()) << text;
        ++compared;
    }
    EXPECT_GT(compared, 200U);
}

TEST(JsonScanner, StringsOfEveryLengthEndWhereTheyEnd) {
    for (std::size_t length = 0; length < 200; ++length) {
        for (const auto* const tail : {"", "\\\\", "\\\"", "\\n", "\\u00e9"}) {
            const auto content = std::string(length, 'x') + tail;
            auto text = "\"" + content + "\"";
            const auto value = scan(text);
            ASSERT_TRUE(value) << length << tail;
            EXPECT_EQ(value->raw, content);
            EXPECT_EQ(value->escaped, *tail != '\0');
        }
    }
}

TEST(JsonScanner, AStringThatEndsOnlyBehindTheTextIsNone) {
    for (std::size_t length = 0; length < 130; ++length) {
        auto text = "\"" + std::string(length, 'x');
        EXPECT_FALSE(scan(text)) << length; // scan() puts quotes behind it
    }
}

TEST(JsonScanner, NestsAsDeepAsAllowed) {
    auto deepest = std::string(deepest_nesting, '[') + std::string(deepest_nesting, ']');
    EXPECT_TRUE(scan(deepest));
    auto deeper = std::string(deepest_nesting + 1, '[') + std::string(deepest_nesting + 1, ']');
    EXPECT_FALSE(scan(deeper));
}

TEST(JsonString, IsWrittenAsAnotherWriterDoesWhateverTheOctets) {
    std::mt19937 chance{3};
    for (int i = 0; i < 20'000; ++i) {
        auto octets = by_chance(chance, 20);
        if (i % 2 == 0 && !octets.empty())
            octets[chance() % octets.size()] = static_cast<char>(chance());
        if (i % 5 == 0)
            std::generate_n(std::back_inserter(octets), 6,
                            [&] { return static_cast<char>(0x80U + chance() % 0x80U); });
        const auto theirs = json(octets).dump(-1, ' ', false, json::error_handler_t::replace);
        ASSERT_EQ('"' + json_escaped(octets) + '"', theirs) << testing::PrintToString(octets);
    }
}

TEST(JsonString, EveryOctetAtEveryPlaceOfABlock) {
    for (std::size_t length = 1; length < 150; length += 7) {
        for (std::size_t at = 0; at < length; ++at) {
            for (const char octet : {'"', '\\', '\0', '\x1F', ' ', '\x7F'}) {
                std::string text(length, 'x');
                text[at] = octet;
                ASSERT_EQ('"' + json_escaped(text) + '"', json(text).dump());
            }
        }
    }
}

TEST(MinifiedObject, LosesBlanksBetweenTokensAndNothingElse) {
    const auto minified = [](std::string_view text) {
        octet_buffer out;
        out.append("before");
        EXPECT_TRUE(append_minified_object(out, text)) << text;
        return std::string{out.text().substr(6)};
    };
    EXPECT_EQ(minified(" { \"a b\" : [ 1 , -2.50e+3 , \"\\\" \\\\\" ] , \"c\" : { } }\n"),
              R"({"a b":[1,-2.50e+3,"\" \\"],"c":{}})");
    EXPECT_EQ(minified(R"({"big":123456789012345678901234567890})"),
              R"({"big":123456789012345678901234567890})");
}

TEST(MinifiedObject, LeavesWhatWasThereWhenItIsNone) {
    for (const auto* const text :
         {"", "[]", "{", "{} {}", "{\"a\"}", "{\"a\":\"\xC3\"}", "{\"a\":\"\n\"}", "x"}) {
        octet_buffer out;
        out.append("before");
        EXPECT_FALSE(append_minified_object(out, text)) << text;
        EXPECT_EQ(out.text(), "before");
    }
}

TEST(OctetMasks, AreTheSameOnEveryMachine) {
    std::mt19937 chance{4};
    for (int i = 0; i < 2000; ++i) {
        std::string octets(mask_octets, ' ');
        for (auto& octet : octets)
            octet = chance() % 3 == 0 ? static_cast<char>(chance()) : "\"\\\x1F x"[chance() % 5];
        EXPECT_EQ(masks_of(octets.data()), portable_masks_of(octets.data()));
    }
}

TEST(Base64, ComesBackForEveryLengthAndRefusesTheRest) {
    std::mt19937 chance{5};
    for (std::size_t length = 0; length < 70; ++length) {
        std::string octets(length, '\0');
        for (auto& octet : octets)
            octet = static_cast<char>(chance());
        std::string back = "what was there";
        ASSERT_TRUE(from_base64(to_base64(octets), back));
        EXPECT_EQ(back, octets);
    }
    std::string into;
    for (const auto* const wrong :
         {"A", "AA", "AAA", "A===", "AA=A", "=AAA", "AAA\xC3", "AA A", "AA-_"})
        EXPECT_FALSE(from_base64(wrong, into)) << wrong;
}

} // namespace
} // namespace rhombus::transcript
