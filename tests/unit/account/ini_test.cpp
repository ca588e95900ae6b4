#include <rhombus/account/ini.hpp>

#include <gtest/gtest.h>

namespace rhombus::account {
namespace {

using namespace std::string_literals;

TEST(ParseIni, ReadsTheVendorsCredentialsFile) {
    const auto file =
        parse_ini("credentials", "# made by rhombus configure\r\n[default]\r\napi_key "
                                 "= abc\r\n\r\n[work]\nws_api_key=d=e \n");
    ASSERT_TRUE(file.has_value());
    ASSERT_NE(file->find("default", "api_key"), nullptr);
    EXPECT_EQ(file->find("default", "api_key")->value, "abc");
    EXPECT_EQ(file->find("default", "api_key")->line, 3U);
    EXPECT_EQ(file->find("work", "ws_api_key")->value, "d=e");
    EXPECT_EQ(file->find("work", "api_key"), nullptr);
    EXPECT_TRUE(file->has_section("work"));
    EXPECT_FALSE(file->has_section("other"));
}

TEST(ParseIni, LetsALaterEntryReplaceAnEarlierOne) {
    const auto file = parse_ini("f", "[a]\nk=1\nk=2\n");
    EXPECT_EQ(file->find("a", "k")->value, "2");
}

TEST(ParseIni, NamesTheLineThatIsNoEntryWithoutQuotingIt) {
    const auto broken = [](std::string_view text) {
        const auto error = parse_ini("f", text).error();
        return std::to_string(error.line) + ": " + error.expected;
    };
    EXPECT_EQ(broken("[a]\nsecret-without-equals\n"), "2: expected `[section]` or `key = value`");
    EXPECT_EQ(broken("[a\n"), "1: expected `[section]`, found an unfinished header");
    EXPECT_EQ(broken("[]\n"), "1: expected `[section]`, found no name in the brackets");
    EXPECT_EQ(broken("[ \t]\n"), "1: expected `[section]`, found no name in the brackets");
    EXPECT_EQ(broken("[a]\n\n= x\n"), "3: expected `[section]` or `key = value`");
    EXPECT_EQ(broken("a=\0b\n"s), "1: expected text, found a NUL octet");
}

} // namespace
} // namespace rhombus::account
