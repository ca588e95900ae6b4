#include <rhombus/websocket/message_reader.hpp>

namespace rhombus::websocket {
namespace {

decoder_options frames_of(const assembler_options& options) noexcept {
    return {.side = options.side,
            .payload_limit = options.message_limit,
            .extension =
                options.deflate ? extension_in_use::permessage_deflate : extension_in_use::none};
}

} // namespace

message_reader::message_reader(const assembler_options& options)
    : frames_{frames_of(options)}, messages_{options} {}

reader_token message_reader::next() {
    if (messages_.broken())
        return reader_token::violation;
    for (;;) {
        const auto found = frames_.next();
        if (found == frame_token::violation)
            return reader_token::violation;
        if (found == frame_token::need_more)
            return reader_token::need_more;
        switch (messages_.take(frames_.frame())) {
        case message_token::fragment:
            break;
        case message_token::message:
            return reader_token::message;
        case message_token::control:
            return reader_token::control;
        case message_token::violation:
            return reader_token::violation;
        }
    }
}

} // namespace rhombus::websocket
