#include <rhombus/websocket/error.hpp>

#include <array>

namespace rhombus::websocket {
namespace {

constexpr std::string_view base = "RFC 6455";
constexpr std::string_view deflate = "RFC 7692";

struct entry {
    errc code;
    std::string_view name;
    source where;
    std::string_view sentence;
};

constexpr std::array entries{
    entry{errc::reserved_bits,
          "reserved-bits",
          {base, "5.2"},
          "a reserved bit is 0 unless an extension gives it a meaning"},
    entry{errc::unknown_opcode,
          "unknown-opcode",
          {base, "5.2"},
          "an opcode is 0, 1, 2, 8, 9 or 10; the others are reserved"},
    entry{errc::masked_by_server,
          "masked-by-server",
          {base, "5.1"},
          "a server does not mask its frames"},
    entry{errc::unmasked_by_client,
          "unmasked-by-client",
          {base, "5.1"},
          "a client masks each of its frames"},
    entry{errc::fragmented_control_frame,
          "fragmented-control-frame",
          {base, "5.5"},
          "a control frame is not fragmented"},
    entry{errc::long_control_frame,
          "long-control-frame",
          {base, "5.5"},
          "the payload of a control frame has at most 125 octets"},
    entry{errc::continuation_without_start,
          "continuation-without-start",
          {base, "5.4"},
          "a continuation follows a text or binary frame without FIN"},
    entry{errc::message_inside_message,
          "message-inside-message",
          {base, "5.4"},
          "a message begins when the one before it has ended"},
    entry{errc::length_not_minimal,
          "length-not-minimal",
          {base, "5.2"},
          "a length is written in the fewest octets that hold it"},
    entry{errc::length_out_of_range,
          "length-out-of-range",
          {base, "5.2"},
          "the highest bit of a length is 0"},
    entry{errc::frame_too_long,
          "frame-too-long",
          {base, "10.4"},
          "the frame is longer than the limit"},
    entry{errc::message_too_long,
          "message-too-long",
          {base, "10.4"},
          "the message is longer than the limit"},
    entry{errc::one_octet_close,
          "one-octet-close",
          {base, "5.5.1"},
          "the payload of a Close is empty or begins with a code of two octets"},
    entry{errc::close_code_not_sendable,
          "close-code-not-sendable",
          {base, "7.4"},
          "a Close carries a code that an endpoint may send"},
    entry{errc::close_reason_not_utf8,
          "close-reason-not-utf8",
          {base, "5.5.1"},
          "the reason of a Close is UTF-8"},
    entry{errc::text_not_utf8, "text-not-utf8", {base, "8.1"}, "a text message is UTF-8"},
    entry{errc::data_after_close,
          "data-after-close",
          {base, "5.5.1"},
          "no data frame follows a Close"},
    entry{errc::compressed_control_frame,
          "compressed-control-frame",
          {deflate, "6"},
          "a control frame is not compressed: its RSV1 is 0"},
    entry{errc::compressed_continuation,
          "compressed-continuation",
          {deflate, "6"},
          "only the first frame of a message has RSV1"},
    entry{errc::corrupt_deflate_data,
          "corrupt-deflate-data",
          {deflate, "6.2"},
          "a compressed message is DEFLATE blocks that end on an octet"},
    entry{errc::inflated_too_long,
          "inflated-too-long",
          {base, "10.4"},
          "the message is longer than the limit when inflated"},
    entry{errc::too_many_fragments,
          "too-many-fragments",
          {base, "10.4"},
          "the message comes in more frames than the limit"},
};

const entry& entry_of(errc code) noexcept {
    for (const auto& candidate : entries) {
        if (candidate.code == code)
            return candidate;
    }
    return entries.front();
}

} // namespace

std::string_view name_of(errc code) noexcept {
    return entry_of(code).name;
}
std::string_view describe(errc code) noexcept {
    return entry_of(code).sentence;
}
source source_of(errc code) noexcept {
    return entry_of(code).where;
}

} // namespace rhombus::websocket
