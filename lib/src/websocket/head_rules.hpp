#pragma once

#include "frame_head.hpp"

#include <rhombus/websocket/frame_decoder.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace rhombus::websocket {

/// Where the data frames of a stream stand.
enum class message_state : std::uint8_t { between_messages = 0, inside_message };

/// @returns the first rule that the head breaks, as far as it has come; nullopt when it breaks
/// none.
[[nodiscard]] std::optional<errc>
broken_rule(const frame_head& head, const decoder_options& options, message_state state) noexcept;

/// What a head should have been, for a report.
struct head_contrast {
    std::size_t index = 0; ///< Of the wrong octet in the head.
    std::string expected{};
    std::string got{};
};
[[nodiscard]] head_contrast contrast(errc code, const frame_head& head,
                                     const decoder_options& options);

} // namespace rhombus::websocket
