#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rhombus::websocket {

/// Checks UTF-8 that comes in pieces and says at once where it breaks. Spec: RFC 3629.
class utf8_check {
public:
    /// @returns the index in `octets` of the first that no well-formed text could have there.
    [[nodiscard]] std::optional<std::size_t> feed(std::string_view octets) noexcept;
    /// @returns whether the text may end here: no character is unfinished.
    [[nodiscard]] bool complete() const noexcept { return following_ == 0; }

private:
    [[nodiscard]] bool take(std::uint8_t octet) noexcept;

    std::uint8_t following_ = 0; ///< How many octets the character still needs.
    std::uint8_t lowest_ = 0;    ///< Of the next one.
    std::uint8_t highest_ = 0;
};

} // namespace rhombus::websocket
