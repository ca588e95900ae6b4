#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// The wall clock of a record: `YYYY-MM-DDTHH:MM:SS.mmmZ`.
namespace rhombus::transcript {

inline constexpr std::size_t rfc3339_octets = 24;

/// @param to room for 24 octets. @param wall_ms UTC, milliseconds since 1970, of the years 0 to
/// 9999.
void put_rfc3339(std::int64_t wall_ms, char* to) noexcept;

/// @returns milliseconds since 1970; nullopt for any other form of text, or no such day.
[[nodiscard]] std::optional<std::int64_t> from_rfc3339(std::string_view text) noexcept;

/// from_rfc3339() for many times in a row: of those of one second only the milliseconds are read.
class wall_reader {
public:
    [[nodiscard]] std::optional<std::int64_t> read(std::string_view text) noexcept;

private:
    std::array<char, 20> second_{}; ///< Up to the point.
    std::int64_t second_ms_ = 0;
};

} // namespace rhombus::transcript
