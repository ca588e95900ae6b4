#pragma once

#include <rhombus/stomp/frame_reader.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace rhombus::stomp {

/// Everything that a stream yields, one line a token, as a test can write it down:
/// `eol 3`, `frame 0+24 MESSAGE a=b {}`, `skipped 0+2`, `note missing-null-octet 27` (before the
/// token it belongs to), `violation unknown-command 0`, and last `inside` where a frame has not
/// ended.
using reading = std::vector<std::string>;

enum class at_the_end : std::uint8_t { wait, finish };

/// Reads the pieces one after another; each ends a WebSocket message where `messages` says so.
[[nodiscard]] reading read_pieces(const std::vector<std::string_view>& pieces,
                                  const reader_options& options, at_the_end end);

/// Reads the octets whole, cut at every octet, and octet by octet; expects the same of all.
[[nodiscard]] reading read_every_cut(std::string_view octets, const reader_options& options,
                                     at_the_end end = at_the_end::wait);

/// Reads the messages, telling the reader where each ends.
[[nodiscard]] reading read_messages(const std::vector<std::string_view>& messages,
                                    const reader_options& options);

} // namespace rhombus::stomp
