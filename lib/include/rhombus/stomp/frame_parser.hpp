#pragma once

#include <rhombus/stomp/error.hpp>
#include <rhombus/stomp/frame.hpp>
#include <rhombus/stomp/frame_reader.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace rhombus::stomp {

/// An EOL between frames: a heart-beat, or the end of the line behind a NUL.
struct eol {
    std::size_t offset = 0; ///< Of its LF in the stream.
    bool operator==(const eol&) const = default;
};
/// A whole frame and where it stood in the stream.
struct parsed_frame {
    stomp::frame frame;     ///< Owns its octets, headers unescaped.
    std::size_t offset = 0; ///< Of its first octet in the stream.
    std::size_t octets = 0; ///< With its NUL.
    bool operator==(const parsed_frame&) const = default;
};

/// The owning form of frame_reader: keeps what it is fed and hands out frames of their own. The
/// first violation that its attitude does not tolerate ends the stream.
class frame_parser {
public:
    /// Reads what that side sends; `tolerated` rules do not end the stream.
    explicit frame_parser(direction side, parser_limits limits = {},
                          attitude tolerated = forbearing);

    /// Takes the next octets of the stream.
    void feed(std::string_view octets);

    /// What a stream is made of.
    using item = std::variant<eol, parsed_frame>;
    /// @returns the next item; nullopt when more octets are needed; the same error for ever after a
    /// violation.
    [[nodiscard]] boost::system::result<std::optional<item>, parse_error> next();

    /// @returns whether a frame has begun and not ended.
    [[nodiscard]] bool inside_frame() const noexcept;
    /// @returns the octets of the unfinished frame, for evidence.
    [[nodiscard]] std::string_view unfinished() const noexcept;
    /// @returns how many octets were fed in all.
    [[nodiscard]] std::size_t fed() const noexcept;

private:
    frame_reader reader_;
    std::string reading_; ///< What the reader looks at.
    std::string waiting_; ///< Fed since.
};

} // namespace rhombus::stomp
