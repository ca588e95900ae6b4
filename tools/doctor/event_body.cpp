#include "event_body.hpp"

#include <rhombus/utf8.hpp>

#include <nlohmann/json.hpp>

namespace rhombus::doctor {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// nlohmann takes a NUL for the end of its input; in JSON no NUL is legal anywhere.
bool is_json(std::string_view text) {
    return text.find('\0') == std::string_view::npos && nlohmann::json::accept(text);
}

/// Octet at which a strict reader gives up.
std::size_t syntax_offset(std::string_view text) {
    try {
        const auto parsed = nlohmann::json::parse(text);
        return parsed.empty() ? 0 : text.size();
    } catch (const nlohmann::json::parse_error& failure) {
        return failure.byte > 0 ? failure.byte - 1 : 0;
    }
}

} // namespace

std::optional<body_defect> find_body_defect(std::string_view body) {
    using namespace std::string_view_literals;
    // nlohmann skips a byte order mark; RFC 8259 section 8.1 forbids to send one.
    if (body.starts_with(byte_order_mark))
        return body_defect{"JSON-BOM", "begins with a byte order mark", 0};
    if (is_json(body))
        return std::nullopt;
    const auto end = body.find_last_not_of("\0 \t\r\n"sv);
    const auto core = body.substr(0, end == std::string_view::npos ? 0 : end + 1);
    if (is_json(core))
        return body_defect{"JSON-NUL", "is valid after removing the NUL octets at its end",
                           body.find('\0')};
    if (!well_formed_utf8(body))
        return body_defect{"JSON-UTF8", "is not UTF-8", 0};
    return body_defect{"JSON-SYNTAX", "is no JSON", syntax_offset(body)};
}

} // namespace rhombus::doctor
