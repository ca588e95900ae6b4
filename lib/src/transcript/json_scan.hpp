#pragma once

#include "octet_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// A strict walk over the JSON text of one line (RFC 8259). Nothing is kept in memory: a value is
/// the octets that stand for it.
namespace rhombus::transcript {

/// Deeper values are refused: who reads them may recurse as deep.
inline constexpr std::size_t deepest_nesting = 256;

enum class json_shape : std::uint8_t { object, array, string, number, boolean, null };

struct json_value {
    json_shape shape = json_shape::null;
    std::string_view raw = {}; ///< As it stands; of a string what is between the quotes.
    bool escaped = false;      ///< A string with at least one escape.
};

/// Walks from token to token. The escapes of a string that is returned are not looked at yet:
/// see unescape().
class json_scanner {
public:
    /// @param text well-formed UTF-8; 64 octets behind it can be read, whatever they are.
    /// @param depth of what the text stands in.
    explicit json_scanner(std::string_view text, std::size_t depth = 0) noexcept
        : at_{text.data()}, end_{text.data() + text.size()}, depth_{depth} {}

    /// Takes that octet, and blanks before it, if it comes next.
    [[nodiscard]] bool take(char octet) noexcept {
        if (at_ == end_ || *at_ != octet)
            return take_behind_blanks(octet);
        ++at_;
        return true;
    }
    /// @returns whether nothing but blanks is left.
    [[nodiscard]] bool at_end() noexcept;
    /// Reads the next value. @returns false when there is none, or a malformed one.
    [[nodiscard]] bool next(json_value& into) noexcept;
    /// @returns the next value; nullopt when there is none, or a malformed one.
    [[nodiscard]] std::optional<json_value> value() noexcept;

private:
    void skip_blanks() noexcept;
    [[nodiscard]] bool take_behind_blanks(char octet) noexcept;
    [[nodiscard]] bool string(json_value& into) noexcept;
    [[nodiscard]] bool long_string(json_value& into) noexcept;
    [[nodiscard]] bool number(json_value& into) noexcept;
    [[nodiscard]] bool word(std::string_view wanted, json_shape shape, json_value& into) noexcept;
    [[nodiscard]] bool nested(json_value& into) noexcept;
    [[nodiscard]] bool object_items() noexcept;
    [[nodiscard]] bool array_items() noexcept;
    [[nodiscard]] bool whole_value() noexcept;
    [[nodiscard]] bool digits() noexcept;

    const char* at_;
    const char* end_;
    std::size_t depth_;
};

/// @returns whether every escape of a string is one; no surrogate stands alone.
[[nodiscard]] bool well_escaped(std::string_view raw) noexcept;

/// Writes what a string stands for.
/// @param raw as json_scanner returned it. @returns whether it was well escaped.
[[nodiscard]] bool unescape(std::string_view raw, std::string& out);

/// Adds the text without blanks between its tokens, if it is one JSON object that may stand as a
/// member of another.
/// @param text any octets. @returns whether it was; else nothing is added.
[[nodiscard]] bool append_minified_object(octet_buffer& out, std::string_view text);

} // namespace rhombus::transcript
