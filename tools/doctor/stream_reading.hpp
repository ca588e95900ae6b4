#pragma once

#include "facts.hpp"

#include <rhombus/stomp/heartbeat.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace rhombus::doctor {

/// An end of the stream that we did not begin.
struct stream_end {
    std::string code; ///< `CLOSE-1001`, ...; `CLOSE-1005` and `CLOSE-1006` as local observations.
    std::string message; ///< One plain sentence.
    std::vector<std::uint64_t> records;

    /// @returns whether the code is one by which a server refuses what it was asked.
    [[nodiscard]] bool refuses() const noexcept {
        return code == "CLOSE-1002" || code == "CLOSE-1008";
    }
};

/// What the WebSocket's dialogue came to, read from its records once for all checks that judge it.
struct stream_reading {
    /// What the server did against RFC 6455.
    struct websocket_violation {
        std::string what; ///< One phrase; safe to show.
        std::uint64_t record = 0;
    };

    const transcript::connection_history* history = nullptr;
    const transcript::stomp_item* connected = nullptr; ///< CONNECTED.
    const transcript::stomp_item* second_connected = nullptr;
    const transcript::stomp_item* early = nullptr; ///< A frame that came before CONNECTED or ERROR.
    const transcript::stomp_item* subscribe = nullptr; ///< Our SUBSCRIBE.
    const transcript::stomp_item* receipt = nullptr;   ///< RECEIPT for it.
    const transcript::stomp_item* error = nullptr;     ///< The first ERROR.
    const transcript::stomp_item* violation = nullptr; ///< By the server, the first.
    const transcript::stomp_item* message = nullptr;   ///< The first MESSAGE that counts.
    std::size_t messages = 0;                          ///< For our subscription.
    std::size_t stray_messages = 0;                    ///< For others.
    std::optional<websocket_violation> bad_websocket;
    std::vector<const transcript::stomp_item*> beats; ///< EOLs that are no end of a frame.
    std::optional<stream_end> end;
    stomp::heartbeat_plan plan;
    std::chrono::milliseconds
        longest_silence{};                    ///< From CONNECTED on, end of observation included.
    std::chrono::milliseconds last_silence{}; ///< At the end of observation.
    std::chrono::milliseconds observed{};     ///< CONNECTED to the end of observation.

    /// @returns whether a session was opened as STOMP 1.2 wants it, to which our side agrees.
    [[nodiscard]] bool in_order() const;
    /// @returns whether the subscription was refused before anything was delivered.
    [[nodiscard]] bool rejected() const noexcept {
        return message == nullptr && (error != nullptr || (end && end->refuses()));
    }
    /// @returns whether our side ended the stream because the server broke a rule.
    [[nodiscard]] bool broken() const noexcept {
        return violation != nullptr || bad_websocket.has_value() || second_connected != nullptr;
    }
    /// @returns the frame of an item that is known to hold one.
    [[nodiscard]] static const stomp::frame& frame_of(const transcript::stomp_item& item);
};

[[nodiscard]] stream_reading read_stream(const facts& known);

} // namespace rhombus::doctor
