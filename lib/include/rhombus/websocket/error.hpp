#pragma once

#include <cstdint>
#include <string_view>

namespace rhombus::websocket {

/// One value per broken rule. A value is never reused and never widened.
enum class errc : std::uint8_t {
    reserved_bits = 1,          ///< Spec: RFC 6455 section 5.2: no extension gives them a meaning.
    unknown_opcode,             ///< Spec: RFC 6455 section 5.2.
    masked_by_server,           ///< Spec: RFC 6455 section 5.1.
    unmasked_by_client,         ///< Spec: RFC 6455 section 5.1.
    fragmented_control_frame,   ///< Spec: RFC 6455 section 5.5.
    long_control_frame,         ///< Spec: RFC 6455 section 5.5: more than 125 octets.
    continuation_without_start, ///< Spec: RFC 6455 section 5.4.
    message_inside_message,     ///< Spec: RFC 6455 section 5.4: text or binary between fragments.
    length_not_minimal,         ///< Spec: RFC 6455 section 5.2.
    length_out_of_range,        ///< Spec: RFC 6455 section 5.2: the highest bit is set.
    frame_too_long,             ///< Spec: RFC 6455 section 10.4: above our limit.
    message_too_long,           ///< Spec: RFC 6455 section 10.4: above our limit.
    one_octet_close,            ///< Spec: RFC 6455 section 5.5.1: half a code.
    close_code_not_sendable,    ///< Spec: RFC 6455 section 7.4.
    close_reason_not_utf8,      ///< Spec: RFC 6455 section 5.5.1.
    text_not_utf8,              ///< Spec: RFC 6455 section 8.1.
    data_after_close,           ///< Spec: RFC 6455 section 5.5.1.
    compressed_control_frame,   ///< Spec: RFC 7692 section 6: RSV1 on a control frame.
    compressed_continuation,    ///< Spec: RFC 7692 section 6: RSV1 behind the first fragment.
    corrupt_deflate_data,       ///< Spec: RFC 7692 section 6.2.
    inflated_too_long,          ///< Spec: RFC 6455 section 10.4: above our limit when inflated.
    too_many_fragments,         ///< Spec: RFC 6455 section 10.4: above our limit for one message.
};

/// Where a rule stands.
struct source {
    std::string_view document; ///< `RFC 6455` or `RFC 7692`.
    std::string_view section;  ///< e.g. `5.2`.

    bool operator==(const source&) const = default;
};

/// @returns a stable short name, e.g. `reserved-bits`.
[[nodiscard]] std::string_view name_of(errc code) noexcept;
/// @returns one plain sentence that says what the rule is.
[[nodiscard]] std::string_view describe(errc code) noexcept;
[[nodiscard]] source source_of(errc code) noexcept;

} // namespace rhombus::websocket
