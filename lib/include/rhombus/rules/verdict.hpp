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
/// @returns `MUST`, `SHOULD` or `MAY`.
[[nodiscard]] std::string_view name_of(level subject) noexcept;

/// One requirement's verdict with its reason and evidence.
struct finding {
    std::string id;                                 ///< Of the rule.
    rules::level level = rules::level::must;        ///< Of what broke.
    rules::verdict verdict = verdict::inconclusive; ///< What is reported.
    std::size_t opportunities = 0;           ///< Situations in which it could have been broken.
    std::string message = {};                ///< One plain sentence.
    std::vector<std::uint64_t> records = {}; ///< The evidence, by `n`.
    basis rests_on = basis::octets;          ///< What it could be wrong by.
};

/// The only place where outcome, level, reach and profile become a verdict.
/// A client that does not offer what the rule needs is `n/a`, with the reason.
[[nodiscard]] finding judge(const rule& subject, const transcript::run_history& run,
                            const context& with);

} // namespace rhombus::rules
