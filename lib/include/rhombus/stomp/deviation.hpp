#pragma once

#include <rhombus/stomp/error.hpp>

#include <cstddef>
#include <string>

namespace rhombus::stomp {

/// A broken rule, with the octets around the place.
struct deviation {
    /// Longest excerpt.
    static constexpr std::size_t excerpt_octets = 64;

    errc code{};            ///< The rule.
    std::size_t offset = 0; ///< Of the first wrong octet, from the start of the stream.
    std::string excerpt{};  ///< At most excerpt_octets octets as they came: escape before showing.
    /// Index of the wrong octet in excerpt; its size when that has not come.
    std::size_t caret = 0;

    /// @returns the violation without its octets.
    [[nodiscard]] parse_error error() const noexcept { return {code, offset}; }
    bool operator==(const deviation&) const = default;
};

/// @returns one plain sentence: the octet, what was expected there and what came, e.g. `octet 27:
/// expected NUL behind the body that content-length counts, got 'b' (0x62)`. Printable ASCII.
[[nodiscard]] std::string explain(const deviation& what);

} // namespace rhombus::stomp
