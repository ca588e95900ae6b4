#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// One thing that happened on one connection, and the shapes it can take.
/// The shapes are those of docs/schema/transcript.schema.json; every struct below is one `kind`.
namespace rhombus::transcript {

/// Who did it. `tool` is the observer itself.
enum class origin : std::uint8_t { client, server, tool };

/// The two clocks of one moment.
struct stamp {
    std::int64_t t_ns = 0;    ///< CLOCK_MONOTONIC, nanoseconds.
    std::int64_t wall_ms = 0; ///< UTC, milliseconds since 1970.

    bool operator==(const stamp&) const = default;
};

/// Header fields of an HTTP message in the order they came.
using header_list = std::vector<std::pair<std::string, std::string>>;

/// The first record of a file; `wall` and `t_ns` of its stamp were taken together.
struct header {
    std::string schema = {};                ///< `rhombus/transcript/1`.
    std::string tool = {};                  ///< The program that wrote the file.
    std::string version = {};               ///< Of the tool.
    std::string vantage = {};               ///< `client`, `server`, `tap` or `import`.
    std::string system = {};                ///< Name of the system's profile.
    std::vector<std::string> redacted = {}; ///< Names of what was removed.
};

/// A name was looked up.
struct dns_resolved {
    std::string host = {};                   ///< As asked for.
    std::vector<std::string> addresses = {}; ///< In the order they will be tried.
};
/// A name was looked up in vain.
struct dns_failed {
    std::string host = {};  ///< As asked for.
    std::string error = {}; ///< The resolver's text.
};

/// One address is tried. Addresses and ports are always the remote ones.
struct tcp_connecting {
    std::string address = {}; ///< Numeric.
    std::uint16_t port = 0;   ///< Of the server.
};
/// One address answered.
struct tcp_connected {
    std::string address = {}; ///< Numeric.
    std::uint16_t port = 0;   ///< Of the server.
};
/// One address was tried in vain.
struct tcp_failed {
    std::string address = {}; ///< Numeric.
    std::uint16_t port = 0;   ///< Of the server.
    /// `refused`, `timeout`, `reset`, `unreachable`, else the system's text.
    std::string error = {};
};
/// A connection ended; the record's `from` says by whom.
struct tcp_closed {
    std::string address = {}; ///< Numeric.
    std::uint16_t port = 0;   ///< Of the server.
    std::string by = {};      ///< `fin`, `rst` or `timeout`.
};

/// A proxy was asked for a tunnel.
struct proxy_request {
    std::string url = {}; ///< Without credentials.
};
/// A proxy answered.
struct proxy_response {
    std::string url = {};     ///< Without credentials.
    std::uint16_t status = 0; ///< Of HTTP.
};

/// One certificate of a chain, leaf first.
struct certificate {
    std::string subject = {};            ///< Distinguished name.
    std::string issuer = {};             ///< Distinguished name.
    std::vector<std::string> names = {}; ///< Subject alternative names.
    std::string not_before = {};         ///< RFC 3339, UTC.
    std::string not_after = {};          ///< RFC 3339, UTC.
    std::string sha256 = {};             ///< Hexadecimal.
};
/// The facts of a TLS handshake, made or failed.
struct tls_facts {
    std::string version = {};              ///< e.g. `TLSv1.3`.
    std::string cipher = {};               ///< OpenSSL's name of the suite.
    std::string alpn = {};                 ///< Protocol agreed on; empty: none.
    std::vector<certificate> chain = {};   ///< As the peer sent it, leaf first.
    std::vector<std::string> defects = {}; ///< Finding codes, e.g. `TLS-EXPIRED`.
    std::string alert = {}; ///< Text of the alert or failure; empty when there was none.
};
/// The handshake succeeded; there may be defects all the same.
struct tls_established : tls_facts {};
/// The handshake failed.
struct tls_failed : tls_facts {};

/// The head of a request, and its body's beginning.
struct http_request {
    std::string purpose = {};      ///< `rest`, `upgrade` or `probe`.
    std::string method = {};       ///< e.g. `GET`.
    std::string target = {};       ///< Path and query.
    header_list headers = {};      ///< As sent.
    std::string body = {};         ///< Bounded.
    std::uint64_t body_octets = 0; ///< Length of the whole body.
};
/// The head of an answer, and its body's beginning.
struct http_response {
    std::string purpose = {};      ///< That of the request.
    std::uint16_t status = 0;      ///< Of HTTP.
    header_list headers = {};      ///< As received.
    std::string body = {};         ///< Bounded.
    std::uint64_t body_octets = 0; ///< Length of the whole body.
};

/// One WebSocket frame. Spec: RFC 6455 section 5.2.
struct ws_frame {
    bool fin = true;                      ///< The last frame of its message.
    std::uint8_t rsv = 0;                 ///< The three reserved bits, 0 to 7.
    std::uint8_t opcode = 0;              ///< 0 to 15.
    std::optional<std::string> mask = {}; ///< Hexadecimal; nullopt when the frame was not masked.
    std::uint64_t octets = 0;             ///< Payload length.
    std::uint64_t read = 0;               ///< Socket read or write that carried its first octet.
    std::string payload = {};       ///< Unmasked; on disk `text` if valid UTF-8, else `base64`.
    bool fragments_unknown = false; ///< An importer that knows messages only.
};
/// Octets that are no WebSocket frame.
struct ws_raw {
    std::string octets = {}; ///< Bounded; on disk `base64`.
    std::string rule = {};   ///< RFC 6455 section.
};

/// The client under test runs.
struct process_started {
    std::string argv0 = {}; ///< Name of its program.
    std::int64_t pid = 0;   ///< Of the operating system.
};
/// One line that the client wrote.
struct process_output {
    std::string stream = {}; ///< `stdout` or `stderr`.
    std::string line = {};   ///< Without its LF.
};
/// What the client used at one moment.
struct process_sample {
    std::uint64_t rss_octets = 0; ///< Resident memory.
    std::uint64_t cpu_ms = 0;     ///< Since its start.
    std::uint64_t fds = 0;        ///< Open file descriptors.
    std::uint64_t threads = 0;    ///< Running in it.
};
/// The client ended: either with a code or by a signal.
struct process_exited {
    std::optional<int> code = {};   ///< Exit code.
    std::optional<int> signal = {}; ///< Number of the signal.
};

/// The client's own event line (level L1), as the JSON text it wrote.
struct client_event {
    std::string event = {}; ///< One JSON object.
};

/// A fault waits for its moment.
struct fault_armed {
    std::string fault = {};      ///< e.g. `F-403`.
    std::string parameters = {}; ///< One JSON object.
};
/// The proof that a fault's octets were written.
struct fault_injected {
    std::string fault = {};      ///< e.g. `F-403`.
    std::string parameters = {}; ///< One JSON object.
    std::uint64_t octets = 0;    ///< How many of the fault's octets were written.
    std::string sha256 = {};     ///< Of those octets, hexadecimal.
    std::uint64_t at = 0;        ///< Offset in the connection's outgoing octets.
    /// `listening`, `accepted`, `tls`, `upgraded`, `connected`, `subscribed`.
    std::string state = {};
};

/// The wall clock was set.
struct clock_step {
    std::int64_t delta_ns = 0; ///< How far it moved against the monotonic clock.
};
/// Records were lost.
struct drop {
    std::uint64_t count = 0; ///< How many.
    std::string reason = {}; ///< One sentence.
};
/// A remark of the tool.
struct note {
    std::string text = {}; ///< One sentence.
};
/// Last record; its absence says that the file is truncated.
struct end {
    std::uint64_t records = 0;     ///< Lines of the file, the header and this one included.
    std::uint64_t connections = 0; ///< Opened in all.
    std::uint64_t dropped = 0;     ///< Records that were lost.
    std::string reason = {};       ///< Why the recording ended.
};

/// Every kind of record.
using detail = std::variant<header, dns_resolved, dns_failed, tcp_connecting, tcp_connected,
                            tcp_failed, tcp_closed, proxy_request, proxy_response, tls_established,
                            tls_failed, http_request, http_response, ws_frame, ws_raw,
                            process_started, process_output, process_sample, process_exited,
                            client_event, fault_armed, fault_injected, clock_step, drop, note, end>;

/// Where a secret was replaced by its name, and how long it was.
struct redaction {
    std::string at = {};      ///< JSON Pointer into the record's line, e.g. `/headers/1/1`.
    std::uint64_t octets = 0; ///< Length of what was replaced.
};

/// One line of a transcript.
struct record {
    std::uint64_t n = 0;                  ///< Sequence number in the file, from 0.
    stamp when = {};                      ///< It happened.
    std::uint32_t conn = 0;               ///< Connection number from 1; 0 where none is meant.
    origin from = origin::tool;           ///< Who did it.
    detail what = {};                     ///< What happened.
    std::vector<redaction> redacted = {}; ///< In the order of the places.
};

/// @returns the `kind` word of a record, e.g. `ws.frame`.
[[nodiscard]] std::string_view kind_of(const detail& what) noexcept;

} // namespace rhombus::transcript
