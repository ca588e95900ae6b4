#pragma once

#include "octet_masks.hpp"
#include "tolerance.hpp"

#include <rhombus/stomp/frame_reader.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace rhombus::stomp {

/// Reads a frame's command and headers, line by line. The window begins with the frame's first
/// octet; it only grows until the head has ended.
class head_scanner {
public:
    head_scanner(const reader_options& options, tolerance& faults);

    /// Forgets the last head.
    void begin() noexcept;

    enum class progress : std::uint8_t {
        incomplete,
        ended,    ///< By an empty line; the body begins at end().
        cut_off,  ///< By a NUL instead, which was tolerated: see nul().
        too_long, ///< A limit was reached, which was tolerated.
        refused,  ///< By a violation.
    };
    [[nodiscard]] progress scan(std::string_view window);

    /// @returns where the body begins.
    [[nodiscard]] std::size_t end() const noexcept { return line_; }
    /// @returns where the NUL stands that cut the head off.
    [[nodiscard]] std::size_t nul() const noexcept { return nul_; }
    /// @returns the end of the command line's word.
    [[nodiscard]] std::size_t command_octets() const noexcept { return command_octets_; }
    [[nodiscard]] std::span<const header_place> headers() const noexcept {
        return {headers_.data(), header_count_};
    }
    /// @returns the index of the content-length that counts; nullopt without one.
    [[nodiscard]] std::optional<std::size_t> length_header() const noexcept { return length_; }
    /// @returns the letters of escapes in this frame's headers; CONNECT and CONNECTED have none.
    [[nodiscard]] std::string_view escapes() const noexcept { return escapes_; }

private:
    /// Most heads are that long.
    static constexpr std::size_t blocks_a_look = 4;
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    struct line {
        std::size_t end = 0; ///< Of its LF or NUL.
        bool odd = false;    ///< It needs a closer look: see octet_masks::odd.
    };
    [[nodiscard]] std::size_t look(std::string_view window);
    [[nodiscard]] std::optional<progress> scan_block(std::string_view window,
                                                     const octet_masks& masks);
    [[nodiscard]] bool plain(line which) const noexcept;
    [[nodiscard]] std::optional<progress> take_closely(std::string_view window, line which);
    [[nodiscard]] std::optional<progress> take_cut(std::string_view window, std::size_t nul);
    [[nodiscard]] bool take_command(std::string_view window, std::size_t end);
    [[nodiscard]] bool take_header(std::string_view window, std::size_t end);
    [[nodiscard]] bool check_carriage_returns(std::string_view window, std::size_t end);
    [[nodiscard]] bool check_octets(std::string_view window, std::size_t end,
                                    std::uint32_t& escaped);
    void keep(std::string_view window, std::size_t end, std::uint32_t escaped);
    [[nodiscard]] progress too_long(std::string_view window, errc code, std::size_t limit);

    const reader_options& options_;
    tolerance& faults_;
    mask_octets mask_;
    std::array<octet_masks, blocks_a_look> masks_;
    std::vector<header_place> headers_; ///< The first header_count_ are this head's.
    std::size_t header_count_ = 0;
    std::optional<std::size_t> length_;
    std::string_view escapes_;
    std::size_t scanned_ = 0; ///< How far the window was looked at.
    std::size_t line_ = 0;    ///< Where the current line begins.
    std::size_t colon_ = none;
    std::size_t command_octets_ = none;
    std::size_t nul_ = none;
    bool odd_ = false;
    bool crowded_ = false; ///< too_many_headers was said.
};

} // namespace rhombus::stomp
