#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a diagnosis says, and on what it rests. Shapes: docs/schema/doctor-report.schema.json.
namespace rhombus::diagnosis {

enum class status : std::uint8_t { pass, warn, fail, skip, inconclusive };
/// diagnosis.md, Rules of a verdict, 1: `confirmed` means that a probe excludes the rest.
enum class certainty : std::uint8_t { confirmed, likely, possible, inconclusive };
enum class side : std::uint8_t { client, server, network, config };
/// How a piece of evidence is known.
enum class grade : std::uint8_t { observed, derived, documented, inferred };

[[nodiscard]] std::string_view to_word(status value) noexcept;
[[nodiscard]] std::string_view to_word(certainty value) noexcept;
[[nodiscard]] std::string_view to_word(side value) noexcept;
[[nodiscard]] std::string_view to_word(grade value) noexcept;

/// One thing that was seen.
struct evidence {
    std::size_t n = 0; ///< Number in the report, from 1.
    std::string probe;
    diagnosis::grade grade = grade::observed;
    std::string text;                   ///< Plain; what a peer said in it is escaped by the writer.
    std::vector<std::uint64_t> records; ///< Numbers in the transcript.
};

/// A code that cannot be the cause, and the evidence that says so.
struct ruled_out {
    std::string code;
    std::size_t by = 0;
};

struct finding {
    std::string id; ///< A code, an R-id, or a trap C1 to C7.
    diagnosis::status status = status::fail;
    diagnosis::certainty certainty = certainty::confirmed;
    diagnosis::side side = side::server;
    std::string message;               ///< One plain sentence.
    std::vector<std::size_t> evidence; ///< Numbers.
    std::vector<diagnosis::ruled_out> ruled_out;
    std::vector<std::string> also_possible;
    std::vector<std::string> fix; ///< Fixes of this case, ahead of the knowledge base's.
};

/// What one check came to.
struct check_result {
    std::string id;
    std::string stage;
    std::string title;
    std::string guide;
    diagnosis::status status = status::skip;
    std::optional<std::string> blocked_by; ///< Id of the check that failed before.
    std::string reason;                    ///< Why it was skipped or what it saw, one line.
    std::int64_t duration_ms = 0;
    std::vector<diagnosis::evidence> evidence;
    std::vector<finding> findings;
    std::vector<std::string> rules_out; ///< Codes that cannot be the cause once it passed.
};

enum class health : std::uint8_t { healthy, problem, inconclusive };
[[nodiscard]] std::string_view to_word(health value) noexcept;

struct verdict {
    health status = health::healthy;
    std::optional<std::string> code; ///< nullopt when healthy.
    diagnosis::certainty certainty = certainty::confirmed;
    std::string message;
    std::vector<std::size_t> because;
    std::vector<ruled_out> excluded;
    std::vector<std::string> also_possible;
    std::vector<std::string> fix;
    int exit_code = 0;
};

} // namespace rhombus::diagnosis
