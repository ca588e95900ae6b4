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
    std::string name;
    std::string value;
    std::string source;
    std::vector<std::string> shadowed;
};

enum class occasion : std::uint8_t { real, demo };

/// Everything a diagnosis came to: one model for all writers.
struct doctor_report {
    std::string version;
    std::string system;
    std::string run_id;
    std::string started; ///< RFC 3339, UTC, milliseconds.
    std::int64_t duration_ms = 0;
    std::optional<int> interrupted; ///< The signal that ended the run early.
    std::string api_url;
    std::string ws_url;
    report::occasion occasion = report::occasion::real;
    std::vector<setting> identity;
    std::vector<diagnosis::check_result> checks;
    diagnosis::verdict verdict;
    int exit_code = 0;
};

/// How much a terminal can show.
enum class colour : std::uint8_t { none, ansi };
enum class glyphs : std::uint8_t { ascii, unicode };
enum class detail : std::uint8_t { quiet, normal, facts, frames };

struct text_style {
    report::colour colour = colour::none;
    report::glyphs glyphs = glyphs::ascii;
    report::detail detail = detail::normal;
};

/// @returns the report for a person: verdict last, first screen tells it all.
[[nodiscard]] std::string to_text(const doctor_report& subject, const text_style& style);

/// @returns the report as one JSON document, schema `rhombus/doctor-report/1`, with a final LF.
[[nodiscard]] std::string to_json(const doctor_report& subject);

} // namespace rhombus::report
