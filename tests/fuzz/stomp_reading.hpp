#pragma once

#include <rhombus/stomp/frame_reader.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rhombus::fuzz {

/// One token, all that it showed taken along.
struct stomp_item {
    stomp::token kind{};
    std::size_t offset = 0; ///< Of the token's first octet.
    std::size_t octets = 0;
    stomp::frame frame{};
    std::vector<stomp::parse_error> notes{};
    stomp::parse_error violation{};

    bool operator==(const stomp_item&) const = default;
};
using stomp_reading = std::vector<stomp_item>;

/// Reads the pieces and, unless a violation came, says that the stream has ended. Expects of each
/// token that it stands right behind the one before, and of each deviation that it shows the octets
/// that came.
[[nodiscard]] stomp_reading read_stomp(const std::vector<std::string_view>& pieces,
                                       const stomp::reader_options& options);

/// Limits so small that a fuzzer reaches them.
inline constexpr stomp::parser_limits small_limits{
    .command_octets = 16, .header_count = 6, .header_octets = 256, .frame_octets = 512};

/// @returns direction and version chosen by the octet, with small limits.
[[nodiscard]] stomp::reader_options options_from(std::uint8_t choice, stomp::attitude attitude);

/// Expects that reading allocates no block above twice the limit of a frame, or what the longest
/// list of deviations needs.
void expect_bounded_memory(const std::vector<std::string_view>& pieces,
                           const stomp::reader_options& options);

} // namespace rhombus::fuzz
