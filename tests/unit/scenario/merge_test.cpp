#include <gtest/gtest.h>

#include <scenario/merge.hpp>

namespace rhombus::scenario {
namespace {

using transcript::note;
using transcript::record;

TEST(Merge, PutsRecordsInTheOrderOfTheirTimeAndNumbersThem) {
    const std::vector<record> journal{
        {.when = {10, 0}, .what = transcript::header{.redacted = {"api-key"}}},
        {.when = {30, 0}, .conn = 2, .what = transcript::tcp_connected{}},
        {.when = {50, 0}, .what = transcript::end{}}};
    const std::vector<record> own{
        {.when = {5, 0}, .what = transcript::header{.redacted = {"api-key", "decoy"}}},
        {.when = {20, 0}, .what = note{"early"}},
        {.when = {40, 0}, .what = transcript::drop{3, "too much"}}};

    const auto merged = merge(journal, own);

    ASSERT_EQ(merged.size(), 5U);
    const auto& begin = std::get<transcript::header>(merged[0].what);
    EXPECT_EQ(begin.redacted, (std::vector<std::string>{"api-key", "decoy"}));
    EXPECT_EQ(merged[0].when.t_ns, 5);
    EXPECT_EQ(std::get<note>(merged[1].what).text, "early");
    EXPECT_EQ(merged[2].conn, 2U);
    const auto& last = std::get<transcript::end>(merged[4].what);
    EXPECT_EQ(last.records, 5U);
    EXPECT_EQ(last.connections, 2U);
    EXPECT_EQ(last.dropped, 3U);
    for (std::size_t n = 0; n < merged.size(); ++n)
        EXPECT_EQ(merged[n].n, n);
}

} // namespace
} // namespace rhombus::scenario
