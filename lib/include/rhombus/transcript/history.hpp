#pragma once

#include <rhombus/stomp/frame_parser.hpp>
#include <rhombus/stomp/heartbeat.hpp>
#include <rhombus/transcript/record.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What a transcript's records mean together: messages, STOMP frames, closes; derived when read and
/// never stored. Rules and checks judge these.
namespace rhombus::transcript {

/// Where a derived thing rests: its record, and when that was.
struct at {
    std::uint64_t n = 0;        ///< Number of the record.
    stamp when;                 ///< It was recorded.
    origin from = origin::tool; ///< Who did it.
};

/// A whole WebSocket message; `where` is its last frame's record, `begun` its first's.
struct message {
    at begun = {};             ///< First frame.
    at where = {};             ///< Last frame.
    std::uint8_t opcode = 0;   ///< 1 text, 2 binary.
    std::string payload = {};  ///< Unmasked, fragments joined.
    std::size_t fragments = 1; ///< How many frames carried it.
};

struct stomp_eol {};
/// The stream broke a rule here. Of the server nothing after it is read; of the client the frame it
/// belongs to follows, where one could be made out, and all after it.
struct stomp_violation {
    stomp::parse_error error; ///< The rule and the offset in that direction's stream.
    std::string excerpt;      ///< At most 64 octets around the offset; escape before showing.
};
/// One item of one direction's STOMP stream.
struct stomp_item {
    at where; ///< The record that completed it.
    std::variant<stomp_eol, stomp::parsed_frame, stomp_violation> what; ///< The item itself.
};

/// RFC 6455 Close frame as seen; nullopt code: the empty one (1005), or a payload of one octet,
/// which then is the reason.
struct close_frame {
    at where;                          ///< Its record.
    std::optional<std::uint16_t> code; ///< As sent.
    std::string reason;                ///< As sent: escape before showing.
};

/// Something a record says, and where.
template <class T>
struct seen {
    at where; ///< The record.
    T what;   ///< What it says.
};

/// All that is known of one connection. Absent: it did not happen.
struct connection_history {
    std::uint32_t conn = 0;                       ///< Number in the transcript, from 1.
    std::optional<seen<dns_resolved>> resolved;   ///< The last lookup that succeeded.
    std::optional<seen<dns_failed>> not_resolved; ///< The last lookup that failed.
    std::vector<seen<tcp_failed>> refusals;       ///< One an address tried in vain.
    std::optional<seen<tcp_connected>> connected; ///< The address that answered.
    std::optional<seen<tls_established>> secured; ///< TLS.
    std::optional<seen<tls_failed>> not_secured;  ///< TLS, failed.
    std::vector<seen<http_request>> requests;     ///< In order.
    std::vector<seen<http_response>> responses;   ///< In order.
    std::vector<seen<ws_frame>> frames; ///< All, both directions; payloads of data left out.
    std::vector<seen<ws_frame>> control_frames;   ///< Pings, pongs, closes; both directions.
    std::vector<message> messages;                ///< Both directions, in order of completion.
    std::vector<stomp_item> stomp;                ///< Both directions, in order of completion.
    std::string unfinished_from_server;           ///< Begun STOMP frame without NUL, at most 4 KiB.
    std::string unfinished_from_client;           ///< The same of the client.
    std::vector<seen<ws_raw>> not_websocket;      ///< In order.
    std::optional<close_frame> close_from_server; ///< The first.
    std::optional<close_frame> close_from_client; ///< The first.
    std::optional<seen<tcp_closed>> closed;       ///< The end of TCP.
    std::vector<seen<fault_injected>> receipts;   ///< Faults that were injected here.
    std::optional<at> first;                      ///< First and last record of the connection.
    std::optional<at> last;                       ///< See first.

    /// @returns the response with status 101 to an upgrade.
    [[nodiscard]] const seen<http_response>* upgrade() const noexcept;
    /// @returns the first frame with that command from that side.
    [[nodiscard]] const stomp_item* find(origin from, std::string_view command) const noexcept;
};

/// Text of the note by which a runner records that it asked the client to end (SIGTERM, SIGINT).
/// What the client does from then on is a wanted end.
inline constexpr std::string_view stop_request = "the client was asked to stop";

/// What the process showed.
struct process_history {
    std::optional<at> asked_to_stop;              ///< Where the note stop_request stands.
    std::optional<seen<process_started>> started; ///< Its program.
    std::vector<seen<process_output>> output;     ///< Lines, in order.
    std::vector<seen<process_sample>> samples;    ///< In order.
    std::optional<seen<process_exited>> exited;   ///< How it ended.
    std::vector<seen<client_event>> events;       ///< Lines of level L1, in order.
};

/// What a whole transcript tells.
struct run_history {
    std::vector<connection_history> connections; ///< In order of their number.
    process_history process;                     ///< The client under test, where there was one.
    std::optional<seen<header>> begin;           ///< The header.
    std::vector<seen<fault_injected>> receipts;  ///< Of faults that belong to no connection.
    std::optional<at> last;                      ///< The last record of all.
    bool complete = false;                       ///< An `end` record came.
};

/// Reads records in order; pure.
[[nodiscard]] run_history read_history(std::span<const record> records);

} // namespace rhombus::transcript
