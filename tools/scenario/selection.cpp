#include "selection.hpp"

#include <algorithm>

namespace rhombus::scenario {

namespace {

bool contains(const std::vector<std::string>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// @returns whether nothing is asked for, or something that is asked for fits.
template <class Fits>
bool any_or_none(const std::vector<std::string>& wanted, Fits fits) {
    return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), fits);
}

bool names_id(const scenario_file& subject, const std::string& wanted) {
    return subject.id == wanted || subject.id.starts_with(wanted + '/');
}

bool expects(const scenario_file& subject, const std::string& requirement) {
    return std::any_of(subject.expectations.begin(), subject.expectations.end(),
                       [&](const auto& one) { return one.requirement == requirement; });
}

bool injects(const scenario_file& subject, const std::string& fault) {
    return std::any_of(subject.faults.begin(), subject.faults.end(), [&](const std::string& one) {
        const auto name = one.substr(0, one.find(':'));
        return name == fault || name.starts_with(fault + '/');
    });
}

} // namespace

bool selected(const scenario_file& subject, const selection& wanted) {
    const auto slow = contains(subject.tags, "long") || contains(subject.tags, "soak");
    if (slow && wanted.tags.empty() && wanted.ids.empty())
        return false;
    return any_or_none(wanted.ids, [&](const auto& one) { return names_id(subject, one); }) &&
           any_or_none(wanted.guides, [&](const auto& one) { return subject.guide == one; }) &&
           any_or_none(wanted.requirements,
                       [&](const auto& one) { return expects(subject, one); }) &&
           any_or_none(wanted.faults, [&](const auto& one) { return injects(subject, one); }) &&
           any_or_none(wanted.tags, [&](const auto& one) { return contains(subject.tags, one); });
}

std::vector<test_case> cases_of(const std::vector<scenario_file>& scenarios,
                                const selection& wanted, std::optional<std::uint64_t> seed) {
    std::vector<test_case> cases;
    for (const auto& one : scenarios) {
        if (!selected(one, wanted))
            continue;
        for (const auto& framing : one.framings)
            cases.push_back({&one, framing, seed.value_or(one.seed)});
    }
    return cases;
}

} // namespace rhombus::scenario
