#pragma once

#include "facts.hpp"
#include "stream_reading.hpp"

#include <rhombus/diagnosis/finding.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rhombus::doctor {

class examination;

/// What a check says of the facts. Evidence is numbered from 1 within the judgement; the pipeline
/// numbers it anew within the report.
struct judgement {
    diagnosis::status status = diagnosis::status::pass;
    std::string reason; ///< One line for the report where there is no finding to show.
    std::vector<diagnosis::evidence> evidence;
    std::vector<diagnosis::finding> findings;

    /// Adds evidence. @returns its number.
    std::size_t saw(std::string_view probe, std::string text,
                    std::vector<std::uint64_t> records = {},
                    diagnosis::grade grade = diagnosis::grade::observed);
    /// Adds a finding; a failing one makes the status fail, a warning at least warn.
    diagnosis::finding& found(std::string_view id, diagnosis::status status, std::string message);
};

/// Where checks are collected together and judged after it, because they share one window or decide
/// one question.
enum class phase : std::uint8_t {
    configuration,
    resolve,
    transport, ///< tcp and tls: only both tell a close at once from a refused ClientHello.
    credentials,
    hello,
    window,
    goodbye,
};

/// One active probe: collect (I/O, facts) and judge (pure, facts to findings), apart.
struct check {
    std::string_view id;
    std::string_view stage; ///< Neutral name, the same in every system (seams.md, System).
    std::string_view title;
    std::string_view guide; ///< Heading of the troubleshooting guide.
    doctor::phase phase;
    std::vector<std::string_view> needs; ///< Ids of the checks it builds on.
    std::vector<std::string_view> rules_out;
    /// @returns the id of the failed check that makes this one impossible; nullopt when it can run.
    std::optional<std::string_view> (*blocked_by)(const facts&, const stream_reading&);
    /// @returns why the system has no such step; nullopt when it has.
    std::optional<std::string> (*not_applicable)(const facts&);
    void (*collect)(examination&);
    judgement (*judge)(const facts&, const stream_reading&);
};

/// @returns all checks in the order of the troubleshooting guide.
[[nodiscard]] const std::vector<check>& all_checks();

/// For `blocked_by`: nothing can stand in the way.
[[nodiscard]] std::optional<std::string_view> never_blocked(const facts& known,
                                                            const stream_reading& stream);
/// For `blocked_by`: the check at whose stage that host's connection stopped.
[[nodiscard]] std::optional<std::string_view> blocked_before(const facts& known, host which,
                                                             net::stage wanted);
/// For `not_applicable`: every system has this step.
[[nodiscard]] std::optional<std::string> always_applicable(const facts& known);

/// For `not_applicable`: nothing is subscribed to.
[[nodiscard]] std::optional<std::string> topic_not_wanted(const facts& known);

} // namespace rhombus::doctor
