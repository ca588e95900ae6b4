#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace rhombus::websocket {

/// Whose octets are read: a client masks, a server does not (RFC 6455 section 5.1).
enum class sender : std::uint8_t { client, server };

/// One WebSocket frame as it stood on the wire.
struct decoded_frame {
    bool fin = true;
    std::uint8_t rsv = 0; ///< The three reserved bits as a number from 0 to 7.
    std::uint8_t opcode = 0;
    std::optional<std::array<unsigned char, 4>> mask; ///< The key; nullopt: not masked.
    std::string payload;                              ///< Unmasked.
    std::uint64_t offset = 0;                         ///< Of its first octet in the stream.
    std::uint64_t transfer = 0; ///< The number given to feed() with its first octet.

    bool operator==(const decoded_frame&) const = default;
};

/// Octets that break RFC 6455. Nothing behind them is decoded.
struct violation {
    std::string_view rule; ///< The section, e.g. `5.2`.
    std::string octets;    ///< From the frame's first octet, at most frame_decoder::excerpt_octets.
    std::uint64_t offset = 0;
    std::uint64_t transfer = 0;

    bool operator==(const violation&) const = default;
};

/// Reads the octets of one direction as WebSocket frames. No extension is known, so every reserved
/// bit is a violation. Octets may come in pieces of any size.
class frame_decoder {
public:
    static constexpr std::size_t excerpt_octets = 4096;
    static constexpr std::uint64_t default_limit = std::uint64_t{16} << 20U;

    /// @param limit the longest payload kept; a longer one is a violation of section 10.4.
    explicit frame_decoder(sender side, std::uint64_t limit = default_limit);

    /// Takes the next octets of the stream; `transfer` numbers the read or write they came with.
    void feed(std::string_view octets, std::uint64_t transfer);

    using item = std::variant<decoded_frame, violation>;
    /// @returns the next frame or the first violation, which comes once; nullopt when more octets
    /// are needed, and for ever after a violation.
    [[nodiscard]] std::optional<item> next();

    /// @returns the octets of a frame that has begun and not ended.
    [[nodiscard]] std::string_view unfinished() const noexcept;
    /// @returns how many octets came after a violation and were not looked at.
    [[nodiscard]] std::uint64_t ignored() const noexcept { return ignored_; }

private:
    struct prefix;
    [[nodiscard]] std::optional<prefix> read_prefix() const;
    [[nodiscard]] std::string_view broken_rule(const prefix& start) const noexcept;
    [[nodiscard]] std::string_view broken_order(const prefix& start) const noexcept;
    [[nodiscard]] violation refuse(std::string_view rule);
    [[nodiscard]] decoded_frame take(const prefix& start);
    void drop_consumed();

    sender side_;
    std::uint64_t limit_;
    std::string buffer_;
    std::size_t begin_ = 0;      ///< Start of the current frame in buffer_.
    std::uint64_t consumed_ = 0; ///< Octets of the stream before buffer_[0].
    std::uint64_t transfer_ = 0; ///< Of the current frame's first octet.
    std::uint64_t last_transfer_ = 0;
    std::uint64_t last_transfer_at_ = 0; ///< Offset of its first octet in the stream.
    std::uint64_t ignored_ = 0;
    bool inside_message_ = false; ///< A data frame without FIN came.
    bool broken_ = false;
};

} // namespace rhombus::websocket
