#pragma once

#include <rhombus/transcript/record.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <variant>

namespace rhombus::transcript {

/// The word of every kind, in the order of the alternatives of `detail`.
inline constexpr std::array<std::string_view, std::variant_size_v<detail>> kinds{
    "header",         "dns.resolved",
    "dns.failed",     "tcp.connecting",
    "tcp.connected",  "tcp.failed",
    "tcp.closed",     "proxy.request",
    "proxy.response", "tls.established",
    "tls.failed",     "http.request",
    "http.response",  "ws.frame",
    "ws.raw",         "process.started",
    "process.output", "process.sample",
    "process.exited", "client.event",
    "fault.armed",    "fault.injected",
    "clock.step",     "drop",
    "note",           "end"};

/// The word of every origin, in the order of the enumeration.
inline constexpr std::array<std::string_view, 3> origins{"client", "server", "tool"};

[[nodiscard]] inline std::string_view word_of(origin from) {
    return origins.at(static_cast<std::size_t>(from));
}

} // namespace rhombus::transcript
