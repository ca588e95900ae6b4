#pragma once

#include <rhombus/websocket/frame.hpp>
#include <rhombus/websocket/octet_buffer.hpp>
#include <rhombus/websocket/permessage_deflate.hpp>
#include <rhombus/websocket/utf8_check.hpp>
#include <rhombus/websocket/violation.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rhombus::websocket {

class inflater;

/// What an assembler expects.
struct assembler_options {
    sender side = sender::server; ///< Whose frames they are.
    /// The longest message, inflated; enforced before anything is kept.
    std::uint64_t message_limit = std::uint64_t{16} << 20U;
    /// The most frames of one message: each costs more than its octets where frames are recorded.
    std::uint64_t fragment_limit = std::uint64_t{1} << 16U;
    /// What the handshake agreed on; nullopt: nothing is compressed.
    std::optional<deflate_parameters> deflate{};
};

/// The opcode of the first frame. Spec: RFC 6455 section 5.6.
enum class message_kind : std::uint8_t { text, binary };

/// A whole message over octets that somebody else keeps.
struct message_view {
    message_kind kind = message_kind::text; ///< Of its first frame.
    std::string_view payload{};             ///< Joined and inflated; UTF-8 when it is text.
    std::uint64_t offset = 0;               ///< Of its first frame.
    std::uint64_t transfer = 0;             ///< Of its first frame.
    std::uint64_t frames = 1;               ///< How many it came in.
    bool compressed = false;                ///< By permessage-deflate.
};

/// What message_assembler::take() made of a frame.
enum class message_token : std::uint8_t {
    fragment,  ///< The message goes on.
    message,   ///< A message has ended, see message_assembler::message().
    control,   ///< A control frame; it may stand between fragments.
    violation, ///< The stream ends here; the answer stays the same.
};

/// Makes messages of the frames that frame_decoder finds in one direction, and judges what a frame
/// alone does not show: UTF-8 of texts and of the reason of a Close, limits, data behind a Close,
/// compressed data. A message of one uncompressed frame is not copied.
class message_assembler {
public:
    /// Expects the first frame behind the handshake.
    explicit message_assembler(const assembler_options& options);
    message_assembler(message_assembler&& other) noexcept;
    message_assembler& operator=(message_assembler&& other) noexcept;
    ~message_assembler();

    /// Takes the next frame; its order is right (frame_decoder sees to that).
    [[nodiscard]] message_token take(const frame_view& frame);

    /// @returns the message that take() ended; its payload holds until the next take(), or as long
    /// as the frame's when it was the only one.
    [[nodiscard]] const message_view& message() const noexcept { return message_; }
    /// @returns whether a violation has ended the stream.
    [[nodiscard]] bool broken() const noexcept { return violation_.has_value(); }
    /// @returns that violation; only when broken().
    [[nodiscard]] const websocket::violation& violation() const noexcept { return *violation_; }

private:
    /// Of a wrong octet.
    struct place {
        std::size_t index = 0;    ///< In the text.
        std::uint64_t offset = 0; ///< In the stream.
    };

    [[nodiscard]] message_token take_control(const frame_view& frame);
    [[nodiscard]] message_token take_whole(const frame_view& frame);
    [[nodiscard]] message_token take_part(const frame_view& frame);
    void begin(const frame_view& frame);
    [[nodiscard]] std::optional<message_token> join(const frame_view& frame);
    [[nodiscard]] std::optional<message_token> inflate(const frame_view& frame);
    [[nodiscard]] std::optional<message_token> check_text(const frame_view& frame,
                                                          std::size_t before);
    [[nodiscard]] message_token refuse_length(const frame_view& frame, std::uint64_t octets);
    [[nodiscard]] message_token refuse_text(errc code, const frame_view& frame,
                                            std::string_view text, place where);
    message_token refuse(errc code, const frame_view& frame, std::string expected, std::string got);

    assembler_options options_;
    std::unique_ptr<inflater> inflater_; ///< nullptr when nothing may be compressed.
    octet_buffer joined_;                ///< Fragments, and what was inflated.
    utf8_check text_;
    message_view message_;
    std::optional<websocket::violation> violation_;
    bool closed_ = false;
};

} // namespace rhombus::websocket
