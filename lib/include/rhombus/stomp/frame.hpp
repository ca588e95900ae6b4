#pragma once

#include <rhombus/stomp/error.hpp>

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rhombus::stomp {

/// A point on the caller's monotonic clock; the core never reads one itself.
using time_point = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

/// A header as given by the application: unescaped.
struct header {
    std::string name;
    std::string value;

    bool operator==(const header&) const = default;
};

/// A STOMP frame with unescaped headers.
struct frame {
    std::string command;
    std::vector<header> headers;
    std::string body;

    /// @returns the first header of that name (Spec: STOMP 1.2, Repeated Header Entries).
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;

    bool operator==(const frame&) const = default;
};

/// @returns whether a client sends this command (CONNECT, STOMP, SEND, SUBSCRIBE, ...).
[[nodiscard]] bool client_command(std::string_view command) noexcept;
/// @returns whether a server sends this command (CONNECTED, MESSAGE, RECEIPT, ERROR).
[[nodiscard]] bool server_command(std::string_view command) noexcept;

/// @returns the frame's octets, LF line ends, one NUL; content-length is added where a body stands
/// without one. CONNECT and CONNECTED are not escaped (Spec: STOMP 1.2, Value Encoding), so there a
/// CR, LF or a `:` in a name is refused; a NUL in any header is refused everywhere.
/// @returns errc::unencodable_header, errc::null_octet_in_headers, errc::empty_header_name,
/// errc::unknown_command or errc::body_not_allowed, with the index of the header as offset.
[[nodiscard]] boost::system::result<std::string, parse_error> serialize(const frame& subject);

} // namespace rhombus::stomp
