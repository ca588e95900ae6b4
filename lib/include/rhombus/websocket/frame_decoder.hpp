#pragma once

#include <rhombus/websocket/frame.hpp>
#include <rhombus/websocket/octet_buffer.hpp>
#include <rhombus/websocket/violation.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rhombus::websocket {

struct frame_head;
enum class message_state : std::uint8_t;

/// What the handshake agreed on beside RFC 6455.
enum class extension_in_use : std::uint8_t { none, permessage_deflate };

/// What a decoder expects.
struct decoder_options {
    sender side = sender::server; ///< Whose octets they are.
    /// The longest payload of a frame; enforced before anything is kept.
    std::uint64_t payload_limit = std::uint64_t{16} << 20U;
    /// Without one, each reserved bit is a violation.
    extension_in_use extension = extension_in_use::none;
};

/// What frame_decoder::next() found.
enum class frame_token : std::uint8_t {
    need_more, ///< Nothing before more octets come.
    frame,     ///< A frame, see frame_decoder::frame().
    violation, ///< The stream ends here; the answer stays the same.
};

/// Reads the octets of one direction as WebSocket frames, and judges each frame alone and in its
/// order: RFC 6455 sections 5.1 to 5.5, the Close code of 7.4, RSV1 of RFC 7692. Texts and whole
/// messages are message_assembler's.
/// Feed octets, then call next() until it says need_more; then the octets may go. An unmasked frame
/// that arrives whole is not copied. Pieces may be of any size and give the same frames.
class frame_decoder {
public:
    /// Expects the first octet behind the handshake.
    explicit frame_decoder(decoder_options options);

    /// Takes the next octets of the stream; only after next() said need_more or violation. They
    /// must stay until it says so again.
    /// @param transfer a number to know the read or write by that brought them.
    void feed(std::string_view octets, std::uint64_t transfer = 0) {
        if (octets.size() == 1 && joins_held_payload())
            join(octets.front());
        else
            take(octets, transfer);
    }

    /// @returns the next token; what the last one showed is gone.
    [[nodiscard]] frame_token next() {
        // What stands before the input has been looked at.
        return input_.empty() && !broken() ? frame_token::need_more : advance();
    }

    /// @returns the frame that next() found; its payload holds until the next call of next().
    [[nodiscard]] const frame_view& frame() const noexcept { return frame_; }
    /// @returns whether a violation has ended the stream.
    [[nodiscard]] bool broken() const noexcept { return stage_ == stage::broken; }
    /// @returns that violation; only when broken().
    [[nodiscard]] const websocket::violation& violation() const noexcept { return violation_; }

    /// @returns how many octets of a frame have come that has not ended; 0 after a violation.
    [[nodiscard]] std::uint64_t unfinished() const noexcept;
    /// @returns how many octets came behind the excerpt of a violation and were not looked at.
    [[nodiscard]] std::uint64_t ignored() const noexcept { return ignored_; }

private:
    enum class stage : std::uint8_t { head, payload, broken };

    /// @returns whether one octet more changes nothing but the payload that is held.
    [[nodiscard]] bool joins_held_payload() const noexcept {
        return stage_ == stage::payload && payload_.room() > 0 &&
               payload_octets_ - payload_.size() > 1;
    }
    void join(char octet) noexcept {
        if (frame_.mask)
            octet = static_cast<char>(static_cast<unsigned char>(octet) ^
                                      (*frame_.mask)[payload_.size() % frame_.mask->size()]);
        payload_.push(octet);
        ++position_;
    }
    void take(std::string_view octets, std::uint64_t transfer);
    [[nodiscard]] frame_token advance();
    [[nodiscard]] frame_token read_head();
    [[nodiscard]] frame_token read_payload();
    void hold_head(std::size_t octets);
    void begin_payload(const frame_head& head);
    [[nodiscard]] frame_token end_frame();
    [[nodiscard]] frame_token refuse_head(errc code, const frame_head& head);
    [[nodiscard]] frame_token refuse_close(errc code);
    [[nodiscard]] frame_token refuse(websocket::violation found);

    static constexpr std::size_t longest_head = 14;

    decoder_options options_;
    std::string_view input_;     ///< What is left of the octets fed.
    std::uint64_t transfer_ = 0; ///< Of input_.
    std::uint64_t position_ = 0; ///< Of input_ in the stream.
    stage stage_ = stage::head;
    message_state state_{}; ///< Whether a data frame without FIN came.
    std::uint8_t held_octets_ = 0;
    std::array<char, longest_head> held_{}; ///< A head that is not whole yet.
    std::uint64_t payload_octets_ = 0;      ///< Of the frame whose head is read.
    frame_view frame_;
    octet_buffer payload_; ///< Of a frame that is masked or did not come whole.
    websocket::violation violation_;
    std::uint64_t ignored_ = 0;
};

} // namespace rhombus::websocket
