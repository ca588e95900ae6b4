#include <rhombus/account/key_shape.hpp>

#include <gmock/gmock.h>

#include <ostream>

namespace rhombus::account {
namespace {

struct shape {
    const char* name;
    std::string key;
    std::vector<std::string> defects;
};
void PrintTo(const shape& row, std::ostream* out) {
    *out << row.name;
}

class KeyShape : public testing::TestWithParam<shape> {};

TEST_P(KeyShape, NamesWhatStandsInOrAroundTheKey) {
    EXPECT_THAT(shape_defects(GetParam().key), testing::ContainerEq(GetParam().defects));
}

INSTANTIATE_TEST_SUITE_P(
    TrapC7, KeyShape,
    testing::Values(shape{"Good", "AAAAAAAAAAAAAAAAAAAAA-_", {}},
                    shape{"GoodThatContainsToken", "mytokenAAAAAAAAAAAAAAA", {}},
                    shape{"BlankAtTheEnd", "abc ", {"white space at the end"}},
                    shape{"BlankAtTheStart", "\tabc", {"white space at the start"}},
                    shape{"BlankInside", "ab c", {"white space inside"}},
                    shape{"LineBreak", "abc\r\n", {"a line break"}},
                    shape{"Quotes", "\"abc\"", {"quotation marks"}},
                    shape{"ByteOrderMark",
                          "\xEF\xBB\xBF"
                          "abc",
                          {"a byte order mark at the start"}},
                    shape{"Bearer", "Bearer abc", {"white space inside", "the prefix `bearer `"}},
                    shape{"HeaderPasted", "x-auth-apikey:abc", {"the prefix `x-auth-apikey`"}},
                    shape{"Placeholder", "YOUR_TOKEN", {"placeholder text"}},
                    shape{"Bracketed", "<key>", {"placeholder text"}},
                    shape{"Variable", "${RHOMBUS_API_KEY}", {"placeholder text"}},
                    shape{"NotAscii", "abc\xC3\xA9", {"characters that are not ASCII"}},
                    shape{"Control", "ab\x01", {"control characters"}}),
    [](const auto& row) { return std::string{row.param.name}; });

} // namespace
} // namespace rhombus::account
