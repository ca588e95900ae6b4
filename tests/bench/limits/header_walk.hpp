#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace rhombus::bench {

/// A header as it stands on the wire.
struct wire_header {
    std::string_view name;
    std::string_view value;
    bool escaped = false; ///< There is a backslash in the line.
};

/// The least that finds the frames of a well-formed stream: each line by memchr, no copy, no rule
/// of STOMP looked at but content-length.
class header_walk {
public:
    /// Looks at one frame.
    /// @returns its octets with the NUL; 0 when it is not all there.
    /// @throws std::runtime_error for a header without colon, or more than 64 of them.
    [[nodiscard]] std::size_t frame(std::string_view octets);

    /// Of the last frame, until its octets go.
    [[nodiscard]] std::span<const wire_header> headers() const { return {headers_.data(), count_}; }
    [[nodiscard]] std::string_view body() const { return body_; }

private:
    [[nodiscard]] std::size_t header_lines(std::string_view octets);
    void add(std::string_view line);

    std::array<wire_header, 64> headers_;
    std::size_t count_ = 0;
    std::string_view body_;
};

/// @returns the octets behind the EOLs that stand in front.
[[nodiscard]] inline std::string_view behind_beats(std::string_view octets) {
    while (!octets.empty() && (octets.front() == '\n' || octets.front() == '\r'))
        octets.remove_prefix(1);
    return octets;
}

} // namespace rhombus::bench
