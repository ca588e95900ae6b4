#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a diagnosis says, and on what it rests. Shapes: docs/schema/doctor-report.schema.json.
namespace rhombus::diagnosis {

/// What a check or finding came to.
enum class status : std::uint8_t { pass, warn, fail, skip, inconclusive };
/// diagnosis.md, Rules of a verdict, 1: `confirmed` means that a probe excludes the rest.
enum class certainty : std::uint8_t { confirmed, likely, possible, inconclusive };
/// Whose doing it is.
enum class side : std::uint8_t { client, server, network, config };
/// How a piece of evidence is known.
enum class grade : std::uint8_t { observed, derived, documented, inferred };

/// @returns the word of the reports, e.g. `fail`.
[[nodiscard]] std::string_view to_word(status value) noexcept;
/// @returns the word of the reports, e.g. `confirmed`.
[[nodiscard]] std::string_view to_word(certainty value) noexcept;
/// @returns the word of the reports, e.g. `server`.
[[nodiscard]] std::string_view to_word(side value) noexcept;
/// @returns the word of the reports, e.g. `observed`.
[[nodiscard]] std::string_view to_word(grade value) noexcept;

/// One thing that was seen.
struct evidence {
    std::size_t n = 0;                        ///< Number in the report, from 1.
    std::string probe;                        ///< Id of the check that saw it.
    diagnosis::grade grade = grade::observed; ///< How it is known.
    std::string text;                   ///< Plain; what a peer said in it is escaped by the writer.
    std::vector<std::uint64_t> records; ///< Numbers in the transcript.
};

/// A code that cannot be the cause, and the evidence that says so.
struct ruled_out {
    std::string code;   ///< A finding code.
    std::size_t by = 0; ///< Number of the evidence that excludes it.
};

/// What a check concluded from its facts.
struct finding {
    std::string id;                                        ///< A code, an R-id, or a trap C1 to C7.
    diagnosis::status status = status::fail;               ///< Of this finding alone.
    diagnosis::certainty certainty = certainty::confirmed; ///< How sure it is.
    diagnosis::side side = side::server;                   ///< Whose doing it is.
    std::string message;                                   ///< One plain sentence.
    std::vector<std::size_t> evidence;                     ///< Numbers.
    std::vector<diagnosis::ruled_out> ruled_out;           ///< Codes that cannot be the cause.
    std::vector<std::string> also_possible; ///< Codes that the evidence does not exclude.
    std::vector<std::string> fix;           ///< Fixes of this case, ahead of the knowledge base's.
};

/// What one check came to.
struct check_result {
    std::string id;                            ///< e.g. `ws-handshake`.
    std::string stage;                         ///< What the step is called in every system.
    std::string title;                         ///< What is promised when it passes.
    std::string guide;                         ///< Heading of the troubleshooting guide.
    diagnosis::status status = status::skip;   ///< What it came to.
    std::optional<std::string> blocked_by;     ///< Id of the check that failed before.
    std::string reason;                        ///< Why it was skipped or what it saw, one line.
    std::int64_t duration_ms = 0;              ///< How long collecting took.
    std::vector<diagnosis::evidence> evidence; ///< Numbered through the whole report.
    std::vector<finding> findings;             ///< In the order they were drawn.
    std::vector<std::string> rules_out;        ///< Codes that cannot be the cause once it passed.
};

/// What the whole run came to.
enum class health : std::uint8_t { healthy, problem, inconclusive };
/// @returns the word of the reports, e.g. `healthy`.
[[nodiscard]] std::string_view to_word(health value) noexcept;

/// The one cause of a run, and what to do.
struct verdict {
    health status = health::healthy;                       ///< The headline.
    std::optional<std::string> code;                       ///< nullopt when healthy.
    diagnosis::certainty certainty = certainty::confirmed; ///< Of the finding that names the cause.
    std::string message;                                   ///< One plain sentence.
    std::vector<std::size_t> because;       ///< Numbers of the evidence that it rests on.
    std::vector<ruled_out> excluded;        ///< Codes that cannot be the cause.
    std::vector<std::string> also_possible; ///< Codes that the evidence does not exclude.
    std::vector<std::string> fix;           ///< What to do next, the first thing first.
    int exit_code = 0;                      ///< Of the process (diagnosis.md, Exit codes).
};

} // namespace rhombus::diagnosis
