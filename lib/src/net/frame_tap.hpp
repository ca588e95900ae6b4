#pragma once

#include "coroutine.hpp"
#include "incoming.hpp"
#include "journal.hpp"

#include <rhombus/net/frame_sink.hpp>
#include <rhombus/websocket/frame_decoder.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace rhombus::net {

/// Where the frames of one connection go.
struct frame_watch {
    journal log;
    std::shared_ptr<frame_sink> frames; ///< As connection_options::frames.
    std::uint32_t conn = 0;             ///< The connection's number in the transcript.
};

/// Decodes the octets of both directions, and writes down the frames and what is none.
class frame_tap {
public:
    explicit frame_tap(frame_watch watch) : watch_{std::move(watch)} {}

    /// @param next takes each frame once it is written down, and the violation that ends them.
    void see_received(std::string_view octets, std::uint64_t number, incoming& next);
    void see_sent(std::string_view octets, std::uint64_t number);
    /// Writes down what the end of the stream left over.
    void finish();
    /// @returns the code of the server's last Close, nullopt while none came or it had none.
    [[nodiscard]] std::optional<std::uint16_t> close_code() const noexcept { return close_code_; }

private:
    void see(transcript::origin from, std::string_view octets, std::uint64_t number,
             incoming* next);
    void show(transcript::origin from, const websocket::frame_view& frame, time_point now);
    void write_frame(transcript::origin from, const websocket::frame_view& frame);
    void write_violation(transcript::origin from, const websocket::violation& found);
    void write_rest(transcript::origin from, const websocket::frame_decoder& side);

    frame_watch watch_;
    websocket::frame_decoder received_{{.side = websocket::sender::server}};
    websocket::frame_decoder sent_{{.side = websocket::sender::client}};
    std::optional<std::uint16_t> close_code_;
    bool finished_ = false;
};

} // namespace rhombus::net
