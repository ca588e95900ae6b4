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

struct header {
    std::string schema = {};
    std::string tool = {};
    std::string version = {};
    std::string vantage = {}; ///< `client`, `server`, `tap` or `import`.
    std::string system = {};
    std::vector<std::string> redacted = {}; ///< Names of what was removed.
};

struct dns_resolved {
    std::string host = {};
    std::vector<std::string> addresses = {};
};
struct dns_failed {
    std::string host = {};
    std::string error = {};
};

struct tcp_connecting {
    std::string address = {};
    std::uint16_t port = 0;
};
struct tcp_connected {
    std::string address = {};
    std::uint16_t port = 0;
};
struct tcp_failed {
    std::string address = {};
    std::uint16_t port = 0;
    std::string error =
        {}; ///< `refused`, `timeout`, `reset`, `unreachable`, else the system's text.
};
struct tcp_closed {
    std::string address = {};
    std::uint16_t port = 0;
    std::string by = {}; ///< `fin`, `rst` or `timeout`.
};

struct proxy_request {
    std::string url = {}; ///< Without credentials.
};
struct proxy_response {
    std::string url = {};
    std::uint16_t status = 0;
};

/// One certificate of a chain, leaf first.
struct certificate {
    std::string subject = {};
    std::string issuer = {};
    std::vector<std::string> names = {};
    std::string not_before = {}; ///< RFC 3339, UTC.
    std::string not_after = {};  ///< RFC 3339, UTC.
    std::string sha256 = {};     ///< Hexadecimal.
};
/// The facts of a TLS handshake, made or failed.
struct tls_facts {
    std::string version = {};
    std::string cipher = {};
    std::string alpn = {};
    std::vector<certificate> chain = {};
    std::vector<std::string> defects = {}; ///< Finding codes, e.g. `TLS-EXPIRED`.
    std::string alert = {}; ///< Text of the alert or failure; empty when there was none.
};
struct tls_established : tls_facts {};
struct tls_failed : tls_facts {};

struct http_request {
    std::string purpose = {}; ///< `rest`, `upgrade` or `probe`.
    std::string method = {};
    std::string target = {};
    header_list headers = {};
    std::string body = {}; ///< Bounded.
    std::uint64_t body_octets = 0;
};
struct http_response {
    std::string purpose = {};
    std::uint16_t status = 0;
    header_list headers = {};
    std::string body = {}; ///< Bounded.
    std::uint64_t body_octets = 0;
};

struct ws_frame {
    bool fin = true;
    std::uint8_t rsv = 0;
    std::uint8_t opcode = 0;
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

struct process_started {
    std::string argv0 = {};
    std::int64_t pid = 0;
};
struct process_output {
    std::string stream = {}; ///< `stdout` or `stderr`.
    std::string line = {};
};
struct process_sample {
    std::uint64_t rss_octets = 0;
    std::uint64_t cpu_ms = 0;
    std::uint64_t fds = 0;
    std::uint64_t threads = 0;
};
struct process_exited {
    std::optional<int> code = {};
    std::optional<int> signal = {};
};

/// The client's own event line (level L1), as the JSON text it wrote.
struct client_event {
    std::string event = {}; ///< One JSON object.
};

struct fault_armed {
    std::string fault = {};
    std::string parameters = {}; ///< One JSON object.
};
/// The proof that a fault's octets were written.
struct fault_injected {
    std::string fault = {};
    std::string parameters = {}; ///< One JSON object.
    std::uint64_t octets = 0;
    std::string sha256 = {};
    std::uint64_t at = 0; ///< Offset in the connection's outgoing octets.
    std::string state =
        {}; ///< `listening`, `accepted`, `tls`, `upgraded`, `connected`, `subscribed`.
};

struct clock_step {
    std::int64_t delta_ns = 0;
};
struct drop {
    std::uint64_t count = 0;
    std::string reason = {};
};
struct note {
    std::string text = {};
};
/// Last record; its absence says that the file is truncated.
struct end {
    std::uint64_t records = 0;
    std::uint64_t connections = 0;
    std::uint64_t dropped = 0;
    std::string reason = {};
};

using detail = std::variant<header, dns_resolved, dns_failed, tcp_connecting, tcp_connected,
                            tcp_failed, tcp_closed, proxy_request, proxy_response, tls_established,
                            tls_failed, http_request, http_response, ws_frame, ws_raw,
                            process_started, process_output, process_sample, process_exited,
                            client_event, fault_armed, fault_injected, clock_step, drop, note, end>;

/// Where a secret was replaced by its name, and how long it was.
struct redaction {
    std::string at = {}; ///< JSON Pointer into the record's line, e.g. `/headers/1/1`.
    std::uint64_t octets = 0;
};

struct record {
    std::uint64_t n = 0; ///< Sequence number in the file, from 0.
    stamp when = {};
    std::uint32_t conn = 0; ///< Connection number from 1; 0 where none is meant.
    origin from = origin::tool;
    detail what = {};
    std::vector<redaction> redacted = {};
};

/// @returns the `kind` word of a record, e.g. `ws.frame`.
[[nodiscard]] std::string_view kind_of(const detail& what) noexcept;

} // namespace rhombus::transcript
