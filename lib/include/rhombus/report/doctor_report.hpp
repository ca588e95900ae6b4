#pragma once

#include <rhombus/diagnosis/finding.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rhombus::report {

/// One effective setting, safe to show, with its provenance.
struct setting {
    std::string name;                  ///< e.g. `organization`.
    std::string value;                 ///< Of a secret at most its hint.
    std::string source;                ///< Flag, variable, or file with line and section.
    std::vector<std::string> shadowed; ///< Sources of lower rank that were set as well.
};

/// Whether the run looked at the user's account or at the bundled mock server.
enum class occasion : std::uint8_t { real, demo };

/// Everything a diagnosis came to: one model for all writers.
struct doctor_report {
    std::string version;                                ///< Of the program.
    std::string system;                                 ///< Name of the system's profile.
    std::string run_id;                                 ///< Tells runs apart.
    std::string started;                                ///< RFC 3339, UTC, milliseconds.
    std::int64_t duration_ms = 0;                       ///< Of the whole run.
    std::optional<int> interrupted;                     ///< The signal that ended the run early.
    std::string api_url;                                ///< Empty where the system has no REST API.
    std::string ws_url;                                 ///< Of the WebSocket.
    report::occasion occasion = report::occasion::real; ///< Said first in a demo.
    std::vector<setting> identity;                      ///< As whom the run spoke.
    std::vector<diagnosis::check_result> checks;        ///< In the order of the pipeline.
    diagnosis::verdict verdict;                         ///< The one cause.
    int exit_code = 0; ///< Of the process; --expect and --fail-on may change the verdict's.
};

/// How much a terminal can show.
enum class colour : std::uint8_t { none, ansi };
/// Which characters a terminal can show.
enum class glyphs : std::uint8_t { ascii, unicode };
/// How much is shown; each shows what the one before does.
enum class detail : std::uint8_t { quiet, normal, facts, frames };

/// How a report is written for a person.
struct text_style {
    report::colour colour = colour::none;   ///< Of the marks.
    report::glyphs glyphs = glyphs::ascii;  ///< Of the marks.
    report::detail detail = detail::normal; ///< From a line to every frame.
};

/// @returns the report for a person: verdict last, first screen tells it all.
[[nodiscard]] std::string to_text(const doctor_report& subject, const text_style& style);

/// @returns the report as one JSON document, schema `rhombus/doctor-report/1`, with a final LF.
[[nodiscard]] std::string to_json(const doctor_report& subject);

} // namespace rhombus::report
