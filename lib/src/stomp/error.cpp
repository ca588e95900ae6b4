#include <rhombus/stomp/error.hpp>

#include <array>

namespace rhombus::stomp {
namespace {

struct entry {
    errc code;
    std::string_view name;
    std::string_view sentence;
    std::string_view expected;
};

constexpr std::array entries{
    entry{errc::undefined_escape, "undefined-escape",
          R"(only \\, \c, \n and \r are escapes in a header)", "an escape: \\\\, \\c, \\n or \\r"},
    entry{errc::missing_null_octet, "missing-null-octet",
          "the octet behind the body that content-length counts must be NUL",
          "NUL behind the body"},
    entry{errc::bare_carriage_return, "bare-carriage-return",
          "a CR stands only before LF, as a line end", "LF behind a CR"},
    entry{errc::header_without_colon, "header-without-colon",
          "a header line is name, colon, value; an empty line ends the headers",
          "a header line with a colon, or the empty line"},
    entry{errc::empty_header_name, "empty-header-name", "a header has a name",
          "a name before the colon"},
    entry{errc::null_octet_in_headers, "null-octet-in-headers",
          "an empty line stands between the headers and the NUL that ends the frame",
          "a line: the empty line before the NUL is missing"},
    entry{errc::bad_content_length, "bad-content-length",
          "content-length is a decimal number of octets", "a decimal number in content-length"},
    entry{errc::unknown_command, "unknown-command",
          "a frame begins with a command of STOMP 1.2 in upper case",
          "a command of this side, in upper case"},
    entry{errc::body_not_allowed, "body-not-allowed", "only SEND, MESSAGE and ERROR have a body",
          "NUL: a frame of this command has no body"},
    entry{errc::header_octets_not_utf8, "header-octets-not-utf8", "headers are UTF-8", "UTF-8"},
    entry{errc::command_too_long, "command-too-long", "the command is longer than the limit",
          "the end of the command line within the limit"},
    entry{errc::too_many_headers, "too-many-headers", "there are more headers than the limit",
          "no more headers than the limit"},
    entry{errc::headers_too_long, "headers-too-long", "the headers are longer than the limit",
          "the end of the headers within the limit"},
    entry{errc::frame_too_long, "frame-too-long", "the frame is longer than the limit",
          "a frame within the limit"},
    entry{errc::frame_before_connected, "frame-before-connected",
          "the server's first frame is CONNECTED or ERROR", "CONNECTED or ERROR"},
    entry{errc::second_connected, "second-connected", "CONNECTED comes once",
          "no second CONNECTED"},
    entry{errc::version_not_offered, "version-not-offered",
          "the server picks a version that the client offered", "a version that was offered"},
    entry{errc::malformed_heartbeat, "malformed-heart-beat",
          "heart-beat is two decimal numbers of milliseconds and a comma",
          "two decimal numbers and a comma"},
    entry{errc::frame_after_error, "frame-after-error",
          "the connection is closed after ERROR; no frame follows", "no frame behind ERROR"},
    entry{errc::unfinished_frame, "unfinished-frame", "a frame ends in one NUL",
          "the rest of the frame, and NUL"},
    entry{errc::unencodable_header, "unencodable-header",
          "CONNECT has no escapes: its headers hold no CR, LF or NUL, its names no colon",
          "a header that needs no escapes"},
    entry{errc::null_octet_between_frames, "null-octet-between-frames",
          "one NUL ends a frame; only EOLs stand between frames", "a command or an EOL"},
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
std::string_view expected_by(errc code) noexcept {
    return entry_of(code).expected;
}

} // namespace rhombus::stomp
