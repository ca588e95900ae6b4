#include <gtest/gtest.h>

#include <ostream>
#include <scenario/selection.hpp>

namespace rhombus::scenario {
namespace {

scenario_file subject() {
    scenario_file made;
    made.id = "connection-drops-intermittently/restart";
    made.guide = "connection-drops-intermittently";
    made.faults = {"F-701/1012:refuse=5s"};
    made.tags = {"default"};
    made.framings = {"whole", "coalesced"};
    made.expectations = {{.requirement = "R-701", .fact = {}, .after = {}, .window = {}}};
    return made;
}

struct selection_row {
    const char* name;
    selection wanted;
    bool expected;
};
void PrintTo(const selection_row& row, std::ostream* out) {
    *out << row.name;
}
class Selection : public testing::TestWithParam<selection_row> {};

TEST_P(Selection, TakesWhatFits) {
    EXPECT_EQ(selected(subject(), GetParam().wanted), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Selection,
    testing::Values(selection_row{"Everything", {}, true},
                    selection_row{"Id", {.ids = {"connection-drops-intermittently/restart"}}, true},
                    selection_row{"Folder", {.ids = {"connection-drops-intermittently"}}, true},
                    selection_row{"HalfAnId", {.ids = {"connection-drops"}}, false},
                    selection_row{"Guide", {.guides = {"connection-drops-intermittently"}}, true},
                    selection_row{"OtherGuide", {.guides = {"missing-events"}}, false},
                    selection_row{"Requirement", {.requirements = {"R-701"}}, true},
                    selection_row{"OtherRequirement", {.requirements = {"R-702"}}, false},
                    selection_row{"Fault", {.faults = {"F-701"}}, true},
                    selection_row{"Variant", {.faults = {"F-701/1012"}}, true},
                    selection_row{"OtherVariant", {.faults = {"F-701/fin"}}, false},
                    selection_row{"AnyOfOneKind", {.faults = {"F-001", "F-701"}}, true},
                    selection_row{
                        "AllKinds", {.requirements = {"R-701"}, .tags = {"smoke"}}, false}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(Selection, SlowOnesAreOnlyTakenWhenAskedFor) {
    auto slow = subject();
    slow.tags = {"long"};
    EXPECT_FALSE(selected(slow, {}));
    EXPECT_TRUE(selected(slow, {.tags = {"long"}}));
    EXPECT_TRUE(selected(slow, {.ids = {slow.id}}));
}

TEST(Selection, EachPermutationIsACaseWithAnIdOfItsOwn) {
    const std::vector scenarios{subject()};
    const auto cases = cases_of(scenarios, {}, 7);
    ASSERT_EQ(cases.size(), 2U);
    EXPECT_EQ(cases[1].id(), "connection-drops-intermittently/restart [coalesced]");
    EXPECT_EQ(cases[1].seed, 7U);
}

} // namespace
} // namespace rhombus::scenario
