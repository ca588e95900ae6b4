#include <rhombus/account/secret.hpp>

#include <gtest/gtest.h>

namespace rhombus::account {
namespace {

TEST(Secret, ShowsFourCharactersOnlyWhereEightStayHidden) {
    EXPECT_EQ(secret{"abcdefgh1234"}.hint(), "…1234");
    EXPECT_EQ(secret{"abcdefg1234"}.hint(), "…");
    EXPECT_EQ(secret{}.hint(), "…");
}

} // namespace
} // namespace rhombus::account
