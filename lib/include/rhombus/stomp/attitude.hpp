#pragma once

#include <rhombus/stomp/error.hpp>

#include <cstdint>
#include <initializer_list>

namespace rhombus::stomp {

/// The rules that a reader sees broken and survives. What it does not tolerate ends the stream.
class attitude {
public:
    constexpr attitude() = default;
    /// Tolerates these rules and no other.
    constexpr attitude(std::initializer_list<errc> tolerated) noexcept {
        for (const auto code : tolerated)
            set_ |= bit(code);
    }
    /// @returns the attitude that goes on behind every violation.
    [[nodiscard]] static constexpr attitude of_everything() noexcept {
        attitude all;
        all.set_ = ~std::uint64_t{0};
        return all;
    }

    /// @returns whether reading goes on behind a breach of this rule.
    [[nodiscard]] constexpr bool tolerates(errc code) const noexcept {
        return (set_ & bit(code)) != 0;
    }

private:
    [[nodiscard]] static constexpr std::uint64_t bit(errc code) noexcept {
        return std::uint64_t{1} << static_cast<std::uint8_t>(code);
    }

    std::uint64_t set_ = 0;
};

/// The first violation ends the stream.
inline constexpr attitude strict{};
/// Every violation is listed, and reading goes on where the next frame can be found.
inline constexpr attitude explaining = attitude::of_everything();
/// What a client should let pass: a body on CONNECTED or RECEIPT (requirement R-325).
inline constexpr attitude forbearing{errc::body_not_allowed};

} // namespace rhombus::stomp
