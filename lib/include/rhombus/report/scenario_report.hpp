#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rhombus::report {

/// One requirement in one scenario. Words are those of the JSON report.
struct requirement_result {
    std::string id = {}; ///< `R-403`, or the name of a fact.
    std::string title = {};
    std::string level = {};   ///< `MUST`, `SHOULD` or `MAY`.
    std::string verdict = {}; ///< `pass`, `warn`, `fail`, `info`, `n/a`, `inconclusive`, ...
    std::uint64_t opportunities = 0;
    std::string message = {};
    std::vector<std::uint64_t> records = {}; ///< By `n` in the scenario's transcript.
};

/// One run of one scenario.
struct scenario_result {
    std::string id = {}; ///< With its permutation, where it has one: `a/b [fragmented]`.
    std::string title = {};
    std::string guide = {};
    std::string verdict = {}; ///< The worst of its requirements.
    std::int64_t duration_ms = 0;
    std::uint64_t seed = 0;
    std::string replay = {}; ///< One command that runs this case alone.
    bool flaky = false;
    std::string transcript = {}; ///< Path of the transcript where it was kept.
    std::vector<requirement_result> requirements = {};
};

/// The client under test.
struct client_summary {
    std::string name = {};
    std::string version = {};
    std::string kind = {};
    std::string level = {};
    std::vector<std::string> argv = {};
};

/// How often each verdict was given.
struct verdict_count {
    std::string verdict = {};
    std::uint64_t scenarios = 0;
    std::uint64_t requirements = 0; ///< Each requirement once, with its worst verdict.
};

/// All that a run came to: one model for all writers.
struct scenario_report {
    std::string version = {};
    std::string requirements_version = {};
    client_summary client = {};
    std::string run_id = {};
    std::string started = {}; ///< RFC 3339, UTC, milliseconds.
    std::int64_t duration_ms = 0;
    std::string judged_by = {}; ///< `vendor` or `strict`.
    std::int64_t lag_ms = 0;
    std::vector<verdict_count> totals = {};
    std::vector<scenario_result> scenarios = {};
};

/// @returns the report for a person: a summary, then what failed and why.
[[nodiscard]] std::string to_text(const scenario_report& subject);

/// @returns one JSON document, schema `rhombus/scenario-report/1`, with a final LF.
[[nodiscard]] std::string to_json(const scenario_report& subject);

/// @returns JUnit XML: fail is a failure, error an error, inconclusive, blocked and n/a are skipped
/// with the reason, warn and info pass with system-out.
[[nodiscard]] std::string to_junit(const scenario_report& subject);

} // namespace rhombus::report
