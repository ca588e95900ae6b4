#pragma once

#include <rhombus/stomp/attitude.hpp>
#include <rhombus/stomp/deviation.hpp>
#include <rhombus/stomp/frame_view.hpp>
#include <rhombus/stomp/version.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace rhombus::stomp {

/// Whose frames are read: decides which commands are known.
enum class direction : std::uint8_t { from_server, from_client };

/// Enforced before anything is kept. Spec: STOMP 1.2, Size Limits.
struct parser_limits {
    std::size_t command_octets = 64;                    ///< Of the command line.
    std::size_t header_count = 256;                     ///< Lines, repeated names included.
    std::size_t header_octets = std::size_t{64} << 10U; ///< Command and header lines together.
    std::size_t frame_octets = std::size_t{16} << 20U;  ///< The whole frame.
};

/// What a reader expects.
struct reader_options {
    direction side = direction::from_server; ///< Whose octets they are.
    stomp::attitude attitude = strict;       ///< How it takes a broken rule.
    stomp::version version = version::v1_2;  ///< Agreed on; 1.2 before CONNECTED.
    parser_limits limits{};                  ///< A breach of them is a violation.
};

/// What frame_reader::next() found.
enum class token : std::uint8_t {
    need_more, ///< Nothing before more octets come.
    eol,       ///< An EOL between frames: a heart-beat, or the end of the line behind a NUL.
    frame,     ///< A frame, see frame_reader::frame().
    skipped,   ///< Octets that are no frame, given up by a tolerant reader.
    violation, ///< A rule that is not tolerated; the stream ends here, the answer stays the same.
};

/// Reads a stream of STOMP frames without copying those that arrive whole. How it takes a broken
/// rule is its attitude: the scanner is the same.
/// Feed octets, then call next() until it says need_more; then the octets may go. Pieces may be of
/// any size and give the same tokens however they are cut.
class frame_reader {
public:
    /// Expects the beginning of a stream.
    explicit frame_reader(reader_options options);
    frame_reader(frame_reader&& other) noexcept;
    frame_reader& operator=(frame_reader&& other) noexcept;
    ~frame_reader();

    /// Takes the next octets of the stream; only after next() said need_more. They must stay until
    /// it says so again.
    void feed(std::string_view octets) {
        // One octet that cannot end what is awaited only joins what is held.
        if (octets.size() == 1 && tail_ != look_at_ &&
            static_cast<unsigned char>(octets.front()) > stop_) {
            *tail_++ = octets.front();
            return;
        }
        take(octets);
    }
    /// Says that a WebSocket message ended behind the octets fed so far. A tolerant reader uses it
    /// to tell a frame without NUL from the next one; a strict one does not.
    void end_message() noexcept;

    /// @returns the next token; what the last one showed is gone.
    [[nodiscard]] token next() { return waiting_ ? token::need_more : advance(); }
    /// Says that the stream has ended; only after need_more.
    /// @returns need_more between frames; inside one a violation of errc::unfinished_frame or, if
    /// that is tolerated, the frame as far as it came (skipped when its headers had not ended).
    [[nodiscard]] token finish();

    /// @returns the frame that next() found; its views hold until the next call of any function
    /// that is not const.
    [[nodiscard]] const frame_view& frame() const noexcept;
    /// @returns where the EOL (its LF), the frame or the skipped octets stood in the stream.
    [[nodiscard]] std::size_t offset() const noexcept;
    /// @returns how many octets that was.
    [[nodiscard]] std::size_t octets() const noexcept;
    /// @returns the violation that ended the stream; only after token::violation.
    [[nodiscard]] const deviation& violation() const noexcept;
    /// @returns the tolerated violations found by the last next(), in the order of their lines; at
    /// most most_deviations of them.
    [[nodiscard]] std::span<const deviation> deviations() const noexcept;
    /// Listed at most for one token.
    static constexpr std::size_t most_deviations = 64;

    /// @returns whether a frame has begun and not ended.
    [[nodiscard]] bool inside_frame() const noexcept;
    /// @returns the octets of the unfinished frame, for evidence; at most 4096 after a violation.
    [[nodiscard]] std::string_view unfinished() const noexcept;
    /// @returns how many octets were fed in all.
    [[nodiscard]] std::size_t fed() const noexcept;

private:
    class state;

    void take(std::string_view octets);
    [[nodiscard]] token advance();
    [[nodiscard]] token scan_fresh();
    [[nodiscard]] token scan_held();
    [[nodiscard]] token refuse();
    [[nodiscard]] token wait();
    void hold(std::string_view octets);
    void release();
    [[nodiscard]] std::size_t held_octets() const noexcept;

    std::unique_ptr<state> state_;
    // What feed() needs for single octets, kept by the state's owner.
    char* tail_ = nullptr;    ///< Where the next held octet goes.
    char* look_at_ = nullptr; ///< The first place whose octet needs a look, whatever it is.
    int stop_ = 0;            ///< Octets up to this one need a look.
    bool waiting_ = true;     ///< next() can find nothing.
};

} // namespace rhombus::stomp
