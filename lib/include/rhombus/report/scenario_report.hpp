#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rhombus::report {

/// One requirement in one scenario. Words are those of the JSON report.
struct requirement_result {
    std::string id = {};      ///< `R-403`, or the name of a fact.
    std::string title = {};   ///< What is required.
    std::string level = {};   ///< `MUST`, `SHOULD` or `MAY`.
    std::string verdict = {}; ///< `pass`, `warn`, `fail`, `info`, `n/a`, `inconclusive`, ...
    /// Situations in which it could have been broken; a pass has at least one.
    std::uint64_t opportunities = 0;
    std::string message = {};                ///< One plain sentence.
    std::vector<std::uint64_t> records = {}; ///< By `n` in the scenario's transcript.
};

/// One run of one scenario.
struct scenario_result {
    std::string id = {};          ///< With its permutation, where it has one: `a/b [fragmented]`.
    std::string title = {};       ///< What happens in it.
    std::string guide = {};       ///< Section of the troubleshooting guide.
    std::string verdict = {};     ///< The worst of its requirements.
    std::int64_t duration_ms = 0; ///< From the client's start to its end.
    std::uint64_t seed = 0;       ///< Of everything random in it.
    std::string replay = {};      ///< One command that runs this case alone.
    bool flaky = false;           ///< Repetitions did not agree.
    std::string transcript = {};  ///< Path of the transcript where it was kept.
    std::vector<requirement_result> requirements = {}; ///< In the order of the scenario.
};

/// The client under test.
struct client_summary {
    std::string name = {};              ///< From the client's file.
    std::string version = {};           ///< From the client's file.
    std::string kind = {};              ///< `program` or `library`.
    std::string level = {};             ///< `L0` or `L1`.
    std::vector<std::string> argv = {}; ///< The command.
};

/// How often each verdict was given.
struct verdict_count {
    std::string verdict = {};       ///< The word, e.g. `pass`.
    std::uint64_t scenarios = 0;    ///< With this verdict.
    std::uint64_t requirements = 0; ///< Each requirement once, with its worst verdict.
};

/// All that a run came to: one model for all writers.
struct scenario_report {
    std::string version = {};                    ///< Of the program.
    std::string requirements_version = {};       ///< Of the requirements that were judged.
    client_summary client = {};                  ///< Under test.
    std::string run_id = {};                     ///< Tells runs apart.
    std::string started = {};                    ///< RFC 3339, UTC, milliseconds.
    std::int64_t duration_ms = 0;                ///< Of the whole run.
    std::string judged_by = {};                  ///< `vendor` or `strict`.
    std::int64_t lag_ms = 0;                     ///< Longest lateness of the machine's timers.
    std::vector<verdict_count> totals = {};      ///< One entry a verdict.
    std::vector<scenario_result> scenarios = {}; ///< In the order they were run.
};

/// @returns the report for a person: a summary, then what failed and why.
[[nodiscard]] std::string to_text(const scenario_report& subject);

/// @returns one JSON document, schema `rhombus/scenario-report/1`, with a final LF.
[[nodiscard]] std::string to_json(const scenario_report& subject);

/// @returns JUnit XML: fail is a failure, error an error, inconclusive, blocked and n/a are skipped
/// with the reason, warn and info pass with system-out.
[[nodiscard]] std::string to_junit(const scenario_report& subject);

} // namespace rhombus::report
