#pragma once

#include <rhombus/transcript/record.hpp>
#include <rhombus/websocket/frame.hpp>

#include <chrono>
#include <cstdint>

namespace rhombus::net {

/// A WebSocket frame that passed, over octets that somebody else keeps.
struct passed_frame {
    std::uint32_t conn = 0; ///< The connection's number in the transcript.
    transcript::origin from = transcript::origin::server; ///< Who sent it.
    /// CLOCK_MONOTONIC, asked once a read or write: all frames that ended in one share it.
    std::chrono::steady_clock::time_point when{};
    const websocket::frame_view* frame = nullptr; ///< Never nullptr; holds during the call.
};

/// Takes WebSocket frames as they pass, where records of a transcript would cost too much.
class frame_sink {
public:
    frame_sink() = default;
    frame_sink(const frame_sink&) = delete;
    frame_sink& operator=(const frame_sink&) = delete;
    virtual ~frame_sink() = default;

    /// Takes the next frame.
    virtual void take(const passed_frame& passed) = 0;
    /// Brings what was taken to where it lasts. Called within a second after a frame, and when a
    /// dialogue pauses or ends.
    virtual void flush() = 0;
};

} // namespace rhombus::net
