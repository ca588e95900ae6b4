#include <rhombus/websocket/permessage_deflate.hpp>

#include <gtest/gtest.h>

#include <ostream>
#include <set>
#include <string>

namespace rhombus::websocket {
namespace {

/// @returns the agreement in one line: all parameters, `none`, or error and offset.
std::string outcome(std::string_view offered, std::string_view answered) {
    const auto agreed = agreed_deflate(offered, answered);
    if (!agreed)
        return std::string{name_of(agreed.error().code)} + " at " +
               std::to_string(agreed.error().offset);
    return *agreed ? to_text(**agreed) : "none";
}

struct handshake {
    std::string name;
    std::string offered;
    std::string answered;
    std::string expected;
};
void PrintTo(const handshake& row, std::ostream* out) {
    *out << row.name;
}

class AgreedDeflate : public testing::TestWithParam<handshake> {};

TEST_P(AgreedDeflate, IsWhatTheAnswerSaysOrWhatIsWrongWithIt) {
    EXPECT_EQ(outcome(GetParam().offered, GetParam().answered), GetParam().expected);
}

const std::string plain = "permessage-deflate";

INSTANTIATE_TEST_SUITE_P(
    Rfc7692, AgreedDeflate,
    testing::Values(
        handshake{"NoExtensions", "", "", "none"}, handshake{"OfferDeclined", plain, "", "none"},
        handshake{"Plain", plain, plain, plain},
        handshake{"NotOffered", "", plain, "extension-not-offered at 0"},
        handshake{"OtherNotOffered", plain, plain + ", x-mux", "extension-not-offered at 20"},
        handshake{"OtherOffered", plain + ", x-mux", "x-mux", "none"},
        handshake{"Twice", plain, plain + ", " + plain, "extension-chosen-twice at 20"},
        handshake{"ServerWithoutTakeover", plain, plain + "; server_no_context_takeover",
                  plain + "; server_no_context_takeover"},
        handshake{"ClientWithoutTakeover", plain, plain + ";client_no_context_takeover",
                  plain + "; client_no_context_takeover"},
        handshake{"ServerWindowUnasked", plain, plain + "; server_max_window_bits=10",
                  plain + "; server_max_window_bits=10"},
        handshake{"ServerWindowAsAsked", plain + "; server_max_window_bits=10",
                  plain + "; server_max_window_bits=10", plain + "; server_max_window_bits=10"},
        handshake{"ServerWindowSmaller", plain + "; server_max_window_bits=10",
                  plain + "; server_max_window_bits=8", plain + "; server_max_window_bits=8"},
        handshake{"ServerWindowLarger", plain + "; server_max_window_bits=10",
                  plain + "; server_max_window_bits=11", "window-above-offer at 0"},
        handshake{"ServerWindowLeftOut", plain + "; server_max_window_bits=10", plain,
                  "window-above-offer at 0"},
        handshake{"ServerWindow15LeftOut", plain + "; server_max_window_bits=15", plain, plain},
        handshake{"ClientWindow", plain + "; client_max_window_bits",
                  plain + "; client_max_window_bits=9", plain + "; client_max_window_bits=9"},
        handshake{"ClientWindowLeftOut", plain + "; client_max_window_bits=9", plain, plain},
        handshake{"ClientWindowLarger", plain + "; client_max_window_bits=9",
                  plain + "; client_max_window_bits=10", "window-above-offer at 0"},
        handshake{"ClientWindowNotOffered", plain, plain + "; client_max_window_bits=9",
                  "parameter-not-offered at 0"},
        handshake{"ClientWindowWithoutValue", plain + "; client_max_window_bits",
                  plain + "; client_max_window_bits", "bad-parameter-value at 20"},
        handshake{"TakeoverLeftOut", plain + "; server_no_context_takeover", plain,
                  "takeover-not-excluded at 0"},
        handshake{"ClientsTakeoverLeftOut", plain + "; client_no_context_takeover", plain, plain},
        handshake{"SecondOffer", plain + "; server_max_window_bits=10, " + plain, plain, plain},
        handshake{"FirstOfTwoBrokenOffers",
                  plain + "; server_max_window_bits=10, " + plain + "; server_no_context_takeover",
                  plain, "window-above-offer at 0"},
        handshake{"QuotedValue", plain, plain + "; server_max_window_bits=\"1\\0\"",
                  plain + "; server_max_window_bits=10"},
        handshake{"UnknownParameter", plain, plain + "; level=9", "unknown-parameter at 20"},
        handshake{"RepeatedFlag", plain,
                  plain + "; server_no_context_takeover; server_no_context_takeover",
                  "repeated-parameter at 48"},
        handshake{"RepeatedWindow", plain,
                  plain + "; server_max_window_bits=9; server_max_window_bits=9",
                  "repeated-parameter at 46"},
        handshake{"FlagWithValue", plain, plain + "; server_no_context_takeover=1",
                  "bad-parameter-value at 20"},
        handshake{"Window7", plain, plain + "; server_max_window_bits=7",
                  "bad-parameter-value at 20"},
        handshake{"Window16", plain, plain + "; server_max_window_bits=16",
                  "bad-parameter-value at 20"},
        handshake{"Window08", plain, plain + "; server_max_window_bits=08",
                  "bad-parameter-value at 20"},
        handshake{"WindowOfText", plain, plain + "; server_max_window_bits=x",
                  "bad-parameter-value at 20"},
        handshake{"BrokenOffer", plain + "; x", plain, "extension-not-offered at 0"},
        handshake{"MalformedOffer", plain + ";", plain, "extension-not-offered at 0"}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Grammar, AgreedDeflate,
    testing::Values(
        handshake{"EmptyElements", plain, " , ," + plain + " ,, ", plain},
        handshake{"Blanks", plain, "\t" + plain + " \t; \t server_max_window_bits = 9\t",
                  plain + "; server_max_window_bits=9"},
        handshake{"EmptyParameter", plain, plain + "; ", "malformed-extensions at 20"},
        handshake{"TwoNames", plain, plain + " x", "malformed-extensions at 19"},
        handshake{"EmptyValue", plain, plain + "; x=", "malformed-extensions at 22"},
        handshake{"OpenQuote", plain, plain + "; x=\"1", "malformed-extensions at 24"},
        handshake{"OpenEscape", plain, plain + "; x=\"1\\", "malformed-extensions at 25"},
        handshake{"QuotedBlank", plain, plain + "; x=\" \"", "malformed-extensions at 25"},
        handshake{"ControlOctet", plain, plain + "\x01", "malformed-extensions at 18"},
        handshake{"Semicolon", plain, ";", "malformed-extensions at 0"}),
    [](const auto& row) { return row.param.name; });

struct choice {
    std::string name;
    std::string offered;
    deflate_parameters wanted;
    std::string expected;
};
void PrintTo(const choice& row, std::ostream* out) {
    *out << row.name;
}
class ChosenDeflate : public testing::TestWithParam<choice> {};

/// @returns the header value of the answer; empty when there is none.
std::string answer_to(const choice& row) {
    const auto chosen = choose_deflate(row.offered, row.wanted);
    return chosen ? to_text(*chosen) : "";
}

TEST_P(ChosenDeflate, MeetsOfferAndWish) {
    EXPECT_EQ(answer_to(GetParam()), GetParam().expected);
}

TEST_P(ChosenDeflate, IsWhatTheClientReadsInTheAnswer) {
    const auto& expected = GetParam().expected;
    EXPECT_EQ(outcome(GetParam().offered, answer_to(GetParam())),
              expected.empty() ? "none" : expected);
}

const deflate_parameters small_client{.client_max_window_bits = 9};

INSTANTIATE_TEST_SUITE_P(
    Rfc7692, ChosenDeflate,
    testing::Values(
        choice{"NoOffer", "", {}, ""}, choice{"OtherOffer", "x-mux", {}, ""},
        choice{"Plain", plain, {}, plain},
        choice{"GrantsWhatIsAsked",
               plain + "; server_no_context_takeover; server_max_window_bits=10",
               {},
               plain + "; server_no_context_takeover; server_max_window_bits=10"},
        choice{"AddsWhatItWants",
               plain,
               {.client_no_context_takeover = true, .server_max_window_bits = 11},
               plain + "; client_no_context_takeover; server_max_window_bits=11"},
        choice{"SmallerWindowWins",
               plain + "; server_max_window_bits=12; client_max_window_bits=10",
               {.server_max_window_bits = 13, .client_max_window_bits = 9},
               plain + "; server_max_window_bits=12; client_max_window_bits=9"},
        choice{"CannotShrinkAClient", plain, small_client, ""},
        choice{"TakesTheOfferThatItCanMeet", plain + ", " + plain + "; client_max_window_bits",
               small_client, plain + "; client_max_window_bits=9"},
        choice{
            "DeclinesAMalformedOffer", plain + "; server_max_window_bits=7, " + plain, {}, plain},
        choice{"DeclinesARepeatedParameter",
               plain + "; client_max_window_bits=9; client_max_window_bits",
               {},
               ""},
        choice{"DeclinesARepeatedParameterWithoutValue",
               plain + "; client_max_window_bits; client_max_window_bits",
               {},
               ""},
        choice{"DeclinesAMalformedHeader", plain + ";", {}, ""}),
    [](const auto& row) { return row.param.name; });

TEST(ExtensionsErrc, HasANameAndASentenceOfItsOwn) {
    constexpr auto last = static_cast<std::uint8_t>(extensions_errc::takeover_not_excluded);
    std::set<std::string_view> names;
    std::set<std::string_view> sentences;
    for (std::uint8_t value = 1; value <= last; ++value) {
        names.insert(name_of(static_cast<extensions_errc>(value)));
        sentences.insert(describe(static_cast<extensions_errc>(value)));
    }
    EXPECT_EQ(names.size(), last);
    EXPECT_EQ(sentences.size(), last);
}

} // namespace
} // namespace rhombus::websocket
