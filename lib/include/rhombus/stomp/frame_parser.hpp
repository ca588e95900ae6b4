#pragma once

#include <rhombus/stomp/error.hpp>
#include <rhombus/stomp/frame.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace rhombus::stomp {

/// Whose frames are read: decides which commands are known and which may carry a body.
enum class direction : std::uint8_t { from_server, from_client };

/// Enforced before anything is kept. Spec: STOMP 1.2, Size Limits.
struct parser_limits {
    std::size_t command_octets = 64;
    std::size_t header_count = 256;
    std::size_t header_octets = std::size_t{64} << 10U; ///< All header lines together.
    std::size_t frame_octets = std::size_t{16} << 20U;  ///< The whole frame.
};

/// An EOL between frames: a heart-beat, or the end of the line behind a NUL.
struct eol {
    std::size_t offset = 0; ///< Of its LF in the stream.
    bool operator==(const eol&) const = default;
};
/// A whole frame and where it stood in the stream.
struct parsed_frame {
    stomp::frame frame;
    std::size_t offset = 0;
    std::size_t octets = 0; ///< With its NUL.
    bool operator==(const parsed_frame&) const = default;
};

/// Reads a stream of frames, strictly: the first violation ends it.
/// Octets may arrive in pieces of any size; several frames may arrive together.
class frame_parser {
public:
    explicit frame_parser(direction side, parser_limits limits = {});

    /// Takes the next octets of the stream.
    void feed(std::string_view octets);

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
    [[nodiscard]] boost::system::result<std::optional<item>, parse_error> scan();

    direction side_;
    parser_limits limits_;
    std::string buffer_;
    std::size_t begin_ = 0;    ///< Start of the current item in buffer_.
    std::size_t consumed_ = 0; ///< Octets of the stream before buffer_[0].
    std::size_t searched_ = 0; ///< Where the search for the end of the frame goes on.
    std::optional<parse_error> broken_;
};

} // namespace rhombus::stomp
