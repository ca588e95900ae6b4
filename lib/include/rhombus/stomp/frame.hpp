#pragma once

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
    std::string name;  ///< Any octets but NUL.
    std::string value; ///< Any octets but NUL.

    bool operator==(const header&) const = default;
};

/// A STOMP frame with unescaped headers.
struct frame {
    std::string command;         ///< e.g. `MESSAGE`.
    std::vector<header> headers; ///< In order; repeated names stay.
    std::string body;            ///< Any octets.

    /// @returns the first header of that name (Spec: STOMP 1.2, Repeated Header Entries).
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;

    bool operator==(const frame&) const = default;
};

/// @returns whether a client sends this command (CONNECT, STOMP, SEND, SUBSCRIBE, ...).
[[nodiscard]] bool client_command(std::string_view command) noexcept;
/// @returns whether a server sends this command (CONNECTED, MESSAGE, RECEIPT, ERROR).
[[nodiscard]] bool server_command(std::string_view command) noexcept;

} // namespace rhombus::stomp
