#pragma once

#include "head_scanner.hpp"
#include "tolerance.hpp"

#include <rhombus/stomp/frame_reader.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace rhombus::stomp {

/// Finds the next token in a window of octets. The window begins with the token's first octet and
/// only grows until one is found; what was looked at is not looked at again.
class frame_scanner {
public:
    explicit frame_scanner(const reader_options& options);

    /// @param window not empty.
    /// @returns the token, consumed() octets long. need_more: those were given up already (most
    /// often 0), the rest is needed again.
    [[nodiscard]] token scan(std::string_view window);
    /// The stream has ended with this window, in which scan() found nothing.
    [[nodiscard]] token finish(std::string_view window);
    /// Says that a message ended behind so many octets of the window.
    void message_ends_at(std::size_t place) noexcept;
    /// Forgets what the last token showed; the next window begins at this octet of the stream.
    void next_token_at(std::size_t offset) noexcept;

    [[nodiscard]] std::size_t consumed() const noexcept { return consumed_; }
    /// @returns how many of the fresh octets should join a window of `held` octets for the next
    /// scan: those behind the token's end had better stay where they are.
    [[nodiscard]] std::size_t useful(std::size_t held, std::string_view fresh) const noexcept;
    /// @returns how many octets above stop_octet() may join such a window without a scan.
    [[nodiscard]] std::size_t blind_room(std::size_t held) const noexcept;
    /// @returns the largest octet that may end what is awaited; -1: none may.
    [[nodiscard]] int stop_octet() const noexcept;

    [[nodiscard]] const frame_view& frame() const noexcept { return frame_; }
    /// @returns where the token stood in the stream; of an EOL its LF.
    [[nodiscard]] std::size_t offset() const noexcept { return base_ + eol_; }
    /// @returns how many octets the token was.
    [[nodiscard]] std::size_t octets() const noexcept;
    [[nodiscard]] const tolerance& faults() const noexcept { return faults_; }

private:
    enum class phase : std::uint8_t { between, head, counted_body, open_body, skipping };

    [[nodiscard]] token scan_between(std::string_view window);
    [[nodiscard]] token scan_head(std::string_view window);
    [[nodiscard]] token begin_body(std::string_view window);
    [[nodiscard]] bool measure_body(std::string_view window);
    [[nodiscard]] token scan_counted_body(std::string_view window);
    [[nodiscard]] token scan_open_body(std::string_view window);
    [[nodiscard]] std::optional<token> scan_lost_end(std::string_view window, std::size_t place);
    [[nodiscard]] std::size_t certain_need(std::size_t held) const noexcept;
    [[nodiscard]] token begin_skipping(std::string_view window);
    [[nodiscard]] token skip(std::string_view window);
    [[nodiscard]] token skip_one(std::string_view window, errc code);
    [[nodiscard]] token finish_frame(std::string_view window, std::size_t body_end,
                                     std::size_t frame_end);

    const reader_options& options_;
    tolerance faults_;
    head_scanner head_;
    frame_view frame_;
    phase phase_ = phase::between;
    std::size_t base_ = 0;     ///< Of the window in the stream.
    std::size_t consumed_ = 0; ///< Of the window, by the last token.
    std::size_t eol_ = 0;      ///< Place of the token's first octet, or of an EOL's LF.
    std::size_t body_ = 0;     ///< Where the body begins.
    std::size_t body_octets_ = 0;
    std::size_t searched_ = 0; ///< How far an open body was searched for its NUL.
    std::size_t given_up_ = 0; ///< Octets of the token `skipped`, with those of earlier windows.
    std::optional<std::size_t> lost_end_; ///< Where the frame may have ended without a NUL.
};

} // namespace rhombus::stomp
