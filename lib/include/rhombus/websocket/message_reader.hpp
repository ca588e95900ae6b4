#pragma once

#include <rhombus/websocket/frame_decoder.hpp>
#include <rhombus/websocket/message_assembler.hpp>

#include <cstdint>
#include <string_view>

namespace rhombus::websocket {

/// What message_reader::next() found.
enum class reader_token : std::uint8_t {
    need_more, ///< Nothing before more octets come.
    message,   ///< See message_reader::message().
    control,   ///< A control frame, see message_reader::frame().
    violation, ///< The stream ends here; the answer stays the same.
};

/// Reads the octets of one direction as messages: frame_decoder and message_assembler in one.
class message_reader {
public:
    /// @param options their message_limit bounds a frame as well.
    explicit message_reader(const assembler_options& options);

    /// As frame_decoder::feed().
    void feed(std::string_view octets, std::uint64_t transfer = 0) {
        if (!messages_.broken())
            frames_.feed(octets, transfer);
    }
    /// @returns the next token; what the last one showed is gone.
    [[nodiscard]] reader_token next();

    /// @returns the message that next() found; its payload holds until the next call of next().
    [[nodiscard]] const message_view& message() const noexcept { return messages_.message(); }
    /// @returns the frame that next() looked at last.
    [[nodiscard]] const frame_view& frame() const noexcept { return frames_.frame(); }
    /// @returns the violation that ended the stream; only after reader_token::violation.
    [[nodiscard]] const websocket::violation& violation() const noexcept {
        return messages_.broken() ? messages_.violation() : frames_.violation();
    }

private:
    frame_decoder frames_;
    message_assembler messages_;
};

} // namespace rhombus::websocket
