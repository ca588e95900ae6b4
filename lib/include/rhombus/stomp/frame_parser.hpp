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
    enum class phase : std::uint8_t { between, command, headers, counted_body, open_body };
    using step = boost::system::result<std::optional<item>, parse_error>;

    [[nodiscard]] step scan();
    [[nodiscard]] step scan_between();
    [[nodiscard]] step scan_line();
    [[nodiscard]] step scan_counted_body();
    [[nodiscard]] step scan_open_body();
    [[nodiscard]] std::optional<parse_error> take_command(std::string_view line);
    [[nodiscard]] std::optional<parse_error> take_header(std::string_view line);
    [[nodiscard]] std::optional<parse_error> begin_body();
    [[nodiscard]] item finish_frame(std::size_t body_end);
    [[nodiscard]] parse_error violation(errc code, std::size_t position) const noexcept;
    void drop_consumed();

    direction side_;
    parser_limits limits_;
    std::string buffer_;
    std::size_t consumed_ = 0; ///< Octets of the stream before buffer_[0].
    std::size_t begin_ = 0;    ///< Start of the current item in buffer_.
    std::size_t cursor_ = 0;   ///< Start of the current line or body.
    std::size_t searched_ = 0; ///< Where the search for its end goes on.
    std::size_t body_octets_ = 0;
    phase phase_ = phase::between;
    stomp::frame partial_;
    std::optional<std::size_t> length_header_; ///< Position of the content-length that counts.
    std::optional<parse_error> broken_;
};

} // namespace rhombus::stomp
