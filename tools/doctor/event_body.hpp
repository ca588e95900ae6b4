#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rhombus::doctor {

/// Why an event's body is no JSON, and where.
struct body_defect {
    std::string_view code; ///< `JSON-NUL`, `JSON-BOM`, `JSON-UTF8` or `JSON-SYNTAX`.
    std::string what;      ///< One phrase, with what would mend it where something does.
    std::size_t offset = 0;
};

/// @returns nullopt for JSON (RFC 8259), blanks around it allowed.
[[nodiscard]] std::optional<body_defect> find_body_defect(std::string_view body);

} // namespace rhombus::doctor
