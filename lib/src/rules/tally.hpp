#pragma once

#include <rhombus/rules/rule.hpp>

#include <optional>
#include <string>
#include <vector>

namespace rhombus::rules {

/// Adds up what a rule saw in one transcript. The worst breach decides, the first of equals.
class tally {
public:
    explicit tally(basis rests_on = basis::octets) : rests_on_{rests_on} {}

    /// The requirement was kept, shown by these records.
    void held(const transcript::at& shown_by, std::size_t opportunities = 1);
    void breach(level weight, std::string what_happened, std::vector<std::uint64_t> records);
    /// A breach where there is a weight, else kept.
    void grade(std::optional<level> weight, std::string what_happened, const transcript::at& where);

    /// @param kept what to say when nothing broke, @param unseen when there was no opportunity.
    [[nodiscard]] ruling result(std::string kept, std::string unseen) &&;

private:
    basis rests_on_;
    std::size_t opportunities_ = 0;
    std::size_t breaches_ = 0;
    std::vector<std::uint64_t> kept_by_;
    std::optional<ruling> worst_;
};

} // namespace rhombus::rules
