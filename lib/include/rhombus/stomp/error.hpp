#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rhombus::stomp {

/// One value per broken rule. A value is never reused and never widened.
enum class errc : std::uint8_t {
    undefined_escape = 1,      ///< Spec: STOMP 1.2, Value Encoding (fatal).
    missing_null_octet,        ///< Spec: STOMP 1.2, Header content-length: no NUL behind the body.
    bare_carriage_return,      ///< Spec: STOMP 1.2, Augmented BNF: CR not followed by LF.
    header_without_colon,      ///< Spec: STOMP 1.2, Augmented BNF.
    empty_header_name,         ///< Spec: STOMP 1.2, Augmented BNF.
    null_octet_in_headers,     ///< Spec: STOMP 1.2, Augmented BNF: the empty line is missing.
    bad_content_length,        ///< Spec: STOMP 1.2, Header content-length: not a decimal number.
    unknown_command,           ///< Spec: STOMP 1.2, Augmented BNF.
    body_not_allowed,          ///< Spec: STOMP 1.2, Body.
    header_octets_not_utf8,    ///< Spec: STOMP 1.2, STOMP Frames.
    command_too_long,          ///< Spec: STOMP 1.2, Size Limits.
    too_many_headers,          ///< Spec: STOMP 1.2, Size Limits.
    headers_too_long,          ///< Spec: STOMP 1.2, Size Limits.
    frame_too_long,            ///< Spec: STOMP 1.2, Size Limits.
    frame_before_connected,    ///< Spec: STOMP 1.2, Connecting.
    second_connected,          ///< Spec: STOMP 1.2, Connecting.
    version_not_offered,       ///< Spec: STOMP 1.2, Protocol Negotiation.
    malformed_heartbeat,       ///< Spec: STOMP 1.2, Heart-beating.
    frame_after_error,         ///< Spec: STOMP 1.2, ERROR.
    unfinished_frame,          ///< The octets ended inside a frame.
    unencodable_header,        ///< Spec: STOMP 1.2, Value Encoding: CONNECT has no escapes.
    null_octet_between_frames, ///< Spec: STOMP 1.2, Augmented BNF: one NUL, then only EOLs.
};

/// What broke and where, so that a report can point at the octet.
struct parse_error {
    errc code;          ///< The rule.
    std::size_t offset; ///< Octets from the start of the stream.

    bool operator==(const parse_error&) const = default;
};

/// @returns a stable short name, e.g. `undefined-escape`.
[[nodiscard]] std::string_view name_of(errc code) noexcept;
/// @returns one plain sentence that says what the rule is.
[[nodiscard]] std::string_view describe(errc code) noexcept;
/// @returns what should stand at the offset of the error, as a noun phrase.
[[nodiscard]] std::string_view expected_by(errc code) noexcept;

} // namespace rhombus::stomp
