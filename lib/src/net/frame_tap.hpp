#pragma once

#include "journal.hpp"
#include "octet_stream.hpp"

#include <rhombus/websocket/frame_decoder.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace rhombus::net {

/// Turns the octets of both directions into `ws.frame` and `ws.raw` records.
class frame_tap {
public:
    explicit frame_tap(journal log) : log_{std::move(log)} {}

    void see(passage way, std::string_view octets, std::uint64_t number);
    /// Writes down what the end of the stream left over.
    void finish();
    /// @returns the code of the server's last Close, nullopt while none came or it had none.
    [[nodiscard]] std::optional<std::uint16_t> close_code() const noexcept { return close_code_; }

private:
    void write_frame(transcript::origin from, const websocket::decoded_frame& frame);
    void write_rest(transcript::origin from, const websocket::frame_decoder& side);

    journal log_;
    websocket::frame_decoder received_{websocket::sender::server};
    websocket::frame_decoder sent_{websocket::sender::client};
    std::optional<std::uint16_t> close_code_;
    bool finished_ = false;
};

} // namespace rhombus::net
