#pragma once

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace rhombus::websocket::test {

struct utf8_case {
    std::string name;
    std::string text;
    std::optional<std::size_t>
        broken; ///< The first bad octet; the size when the end comes too soon.
};
inline void PrintTo(const utf8_case& row, std::ostream* out) {
    *out << row.name;
}

/// After Markus Kuhn's decoder stress test and the cases 6.* of the Autobahn test suite.
inline std::vector<utf8_case> utf8_cases() {
    using namespace std::string_literals;
    const auto kosme = "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5"s;
    return {
        {"Empty", "", {}},
        {"Ascii", "Hello", {}},
        {"Nul", "\0"s, {}},
        {"Greek", kosme, {}},
        {"FirstOf2Octets", "\xc2\x80", {}},
        {"FirstOf3Octets", "\xe0\xa0\x80", {}},
        {"FirstOf4Octets", "\xf0\x90\x80\x80", {}},
        {"LastOf1Octet", "\x7f", {}},
        {"LastOf2Octets", "\xdf\xbf", {}},
        {"LastOf3Octets", "\xef\xbf\xbf", {}},
        {"LastOf4Octets", "\xf4\x8f\xbf\xbf", {}},
        {"BeforeSurrogates", "\xed\x9f\xbf", {}},
        {"BehindSurrogates", "\xee\x80\x80", {}},
        {"Replacement", "\xef\xbf\xbd", {}},
        {"Noncharacter", "\xf0\x9f\xbf\xbe", {}},
        {"FirstOf5Octets", "\xf8\x88\x80\x80\x80", 0},
        {"FirstOf6Octets", "\xfc\x84\x80\x80\x80\x80", 0},
        {"AboveTheLast", "\xf4\x90\x80\x80", 1},
        {"AboveTheLastInAText", kosme + "\xf4\x90\x80\x80" + "edited", kosme.size() + 1},
        {"LeadF5", "\xf5\x80\x80\x80", 0},
        {"ContinuationFirst", "\x80", 0},
        {"ContinuationLast", "\xbf", 0},
        {"TwoContinuations", "x\x80\xbf", 1},
        {"LonelyLeadOf2", "\xc3 x", 1},
        {"LonelyLeadOf3", "\xe2 x", 1},
        {"LonelyLeadOf4", "\xf0 x", 1},
        {"EndsIn2", "\xce", 1},
        {"EndsIn3", "\xe1\xbd", 2},
        {"EndsIn4", "\xf0\x90\x80", 3},
        {"CutCharactersInARow", "\xe1\xbd\xce\xba", 2},
        {"Fe", "\xfe", 0},
        {"Ff", "\xff", 0},
        {"OverlongSlash2", "\xc0\xaf", 0},
        {"OverlongSlash3", "\xe0\x80\xaf", 1},
        {"OverlongSlash4", "\xf0\x80\x80\xaf", 1},
        {"OverlongLast2", "\xc1\xbf", 0},
        {"OverlongLast3", "\xe0\x9f\xbf", 1},
        {"OverlongLast4", "\xf0\x8f\xbf\xbf", 1},
        {"OverlongNul2", "\xc0\x80", 0},
        {"FirstSurrogate", "\xed\xa0\x80", 1},
        {"LastSurrogate", "\xed\xbf\xbf", 1},
        {"SurrogatePair", "\xed\xa0\x80\xed\xb0\x80", 1},
        {"SurrogateInAText", kosme + "\xed\xa0\x80" + "edited", kosme.size() + 1},
    };
}

} // namespace rhombus::websocket::test
