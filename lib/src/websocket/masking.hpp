#pragma once

#include <rhombus/websocket/frame.hpp>

#include <cstddef>
#include <string_view>

namespace rhombus::websocket {

/// Writes `octets` XOR the key to `to`, which has room for them and may be their own place.
/// @param index of the first octet in the payload.
/// Spec: RFC 6455 section 5.3.
void apply_mask(char* to, std::string_view octets, const masking_key& key,
                std::size_t index) noexcept;

} // namespace rhombus::websocket
