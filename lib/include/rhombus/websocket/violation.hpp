#pragma once

#include <rhombus/websocket/error.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace rhombus::websocket {

/// A broken rule, with the octets around the place.
struct violation {
    /// Enough for the evidence in a transcript.
    static constexpr std::size_t excerpt_octets = 4096;
    /// Of the text around an octet that is not UTF-8.
    static constexpr std::size_t text_excerpt_octets = 64;

    errc code{};                ///< The rule.
    std::uint64_t offset = 0;   ///< Of the first wrong octet in the stream; of the frame when that
                                ///< octet came out of compressed data.
    std::uint64_t frame = 0;    ///< Of its frame's first octet.
    std::uint64_t transfer = 0; ///< The number given to feed() with the frame's first octet.
    std::string expected{};     ///< Printable ASCII, e.g. `a length of at most 125 octets`.
    std::string got{};          ///< The same, e.g. `65535 octets`.
    /// As they came, from the frame's first octet, at most excerpt_octets; for messages the payload
    /// around the place, unmasked and inflated. Escape before showing.
    std::string excerpt{};
    /// Index of the wrong octet in excerpt; its size when that is not there.
    std::size_t caret = 0;

    bool operator==(const violation&) const = default;
};

/// @returns one plain sentence, e.g. `octet 27: expected reserved bits 000, got 100 (RFC 6455
/// section 5.2)`. Printable ASCII.
[[nodiscard]] std::string explain(const violation& what);

} // namespace rhombus::websocket
