#pragma once

#include <rhombus/rules/rule.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rhombus::rules {

/// What is reported of a requirement; later ones are worse.
enum class verdict : std::uint8_t {
    not_applicable,
    pass,
    info,
    warn,
    inconclusive,
    blocked,
    fail,
    error,
};

/// @returns the word of the reports: `n/a`, `pass`, `info`, `warn`, `inconclusive`, ...
[[nodiscard]] std::string_view name_of(verdict subject) noexcept;
[[nodiscard]] std::string_view name_of(level subject) noexcept;

/// One requirement's verdict with its reason and evidence.
struct finding {
    std::string id;
    rules::level level = rules::level::must;
    rules::verdict verdict = verdict::inconclusive;
    std::size_t opportunities = 0;
    std::string message = {};
    std::vector<std::uint64_t> records = {};
    basis rests_on = basis::octets;
};

/// The only place where outcome, level, reach and profile become a verdict.
/// A client that does not offer what the rule needs is `n/a`, with the reason.
[[nodiscard]] finding judge(const rule& subject, const transcript::run_history& run,
                            const context& with);

} // namespace rhombus::rules
