#include "event_body.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace rhombus::doctor {
namespace {

using namespace std::string_literals;

struct body {
    const char* name;
    std::string octets;
    std::string code; ///< Empty: good.
    std::size_t offset = 0;
};
void PrintTo(const body& row, std::ostream* out) {
    *out << row.name;
}

class EventBody : public testing::TestWithParam<body> {};

TEST_P(EventBody, IsNamedByItsDefect) {
    const auto defect = find_body_defect(GetParam().octets);
    EXPECT_EQ(defect ? std::string{defect->code} : "", GetParam().code);
    EXPECT_EQ(defect ? defect->offset : 0, GetParam().offset);
}

INSTANTIATE_TEST_SUITE_P(Catalogue, EventBody,
                         testing::Values(body{"Good", R"({"a":1})", ""},
                                         body{"BlanksAround", " {} \r\n", ""},
                                         body{"F610Cut", R"({"entity":"POL)", "JSON-SYNTAX", 14},
                                         body{"F610Quotes", "{'a':1}", "JSON-SYNTAX", 1},
                                         body{"F610NotANumber", R"({"a":NaN})", "JSON-SYNTAX", 5},
                                         body{"F610TrailingComma", R"({"a":1,})", "JSON-SYNTAX", 7},
                                         body{"F610Empty", "", "JSON-SYNTAX", 0},
                                         body{"F611Nulls", "{}\0\0"s, "JSON-NUL", 2},
                                         body{"F412NullInside", "{\0}"s, "JSON-SYNTAX", 1},
                                         body{"F612ByteOrderMark", "\xEF\xBB\xBF{}", "JSON-BOM", 0},
                                         body{"F613Latin1", "{\"a\":\"\xE9\"}", "JSON-UTF8", 0}),
                         [](const auto& row) { return std::string{row.param.name}; });

} // namespace
} // namespace rhombus::doctor
