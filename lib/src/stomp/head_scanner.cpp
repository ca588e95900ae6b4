#include "head_scanner.hpp"

#include "commands.hpp"

#include <rhombus/stomp/escape.hpp>
#include <rhombus/utf8.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace rhombus::stomp {
namespace {

constexpr std::string_view length_name = "content-length";
constexpr std::size_t headers_at_first = 32;

/// @returns the bits above `index`, which is below 64.
constexpr std::uint64_t behind(std::size_t index) noexcept {
    return ~std::uint64_t{1} << index;
}

} // namespace

head_scanner::head_scanner(const reader_options& options, tolerance& faults)
    : options_{options}, faults_{faults}, mask_{fastest_mask_octets()},
      headers_(std::min(options.limits.header_count, headers_at_first)) {}

void head_scanner::begin() noexcept {
    header_count_ = 0;
    length_.reset();
    scanned_ = line_ = 0;
    colon_ = command_octets_ = none;
    odd_ = true; // the command line always needs a closer look
    crowded_ = false;
}

inline void head_scanner::keep(std::string_view window, std::size_t end, std::uint32_t escaped) {
    const auto colon = colon_ == none ? end : colon_;
    if (colon - line_ == length_name.size() && !length_ &&
        std::memcmp(window.data() + line_, length_name.data(), length_name.size()) == 0)
        length_ = header_count_;
    headers_[header_count_++] = {static_cast<std::uint32_t>(line_),
                                 static_cast<std::uint32_t>(colon), static_cast<std::uint32_t>(end),
                                 escaped};
}

/// @returns whether the line is a header as most are: ASCII, a name, a colon, nothing to unescape.
inline bool head_scanner::plain(line which) const noexcept {
    // Where the colon is none, or comes first, the difference is larger than any line.
    return !which.odd && colon_ - line_ - 1 < which.end - line_ && header_count_ < headers_.size();
}

/// Looks at the next blocks; octets that are not there yet mean nothing.
/// @returns how many of masks_ it filled.
std::size_t head_scanner::look(std::string_view window) {
    const auto left = window.size() - scanned_;
    if (left >= block_octets) {
        const auto blocks = std::min(left / block_octets, blocks_a_look);
        mask_(window.data() + scanned_, blocks, masks_.data());
        return blocks;
    }
    std::array<char, block_octets> padded;
    padded.fill(' ');
    std::memcpy(padded.data(), window.data() + scanned_, left);
    mask_(padded.data(), 1, masks_.data());
    return 1;
}

head_scanner::progress head_scanner::scan(std::string_view window) {
    while (scanned_ < window.size()) {
        const auto blocks = look(window);
        for (std::size_t i = 0; i < blocks; ++i) {
            if (const auto stop = scan_block(window, masks_[i]))
                return *stop;
        }
    }
    const auto& limits = options_.limits;
    if (command_octets_ == none && window.size() > limits.command_octets)
        return too_long(window, errc::command_too_long, limits.command_octets);
    if (window.size() > limits.header_octets)
        return too_long(window, errc::headers_too_long, limits.header_octets);
    return progress::incomplete;
}

std::optional<head_scanner::progress> head_scanner::scan_block(std::string_view window,
                                                               const octet_masks& masks) {
    const auto note_colon = [&](std::uint64_t colons) {
        if (colon_ == none && colons != 0)
            colon_ = scanned_ + static_cast<std::size_t>(std::countr_zero(colons));
    };
    // Near a limit every line needs a closer look.
    odd_ = odd_ || scanned_ + block_octets > options_.limits.header_octets;
    auto rest = ~std::uint64_t{0}; // the current line's octets in this block, and all behind them
    for (auto ends = masks.ends; ends != 0; ends &= ends - 1) {
        const auto end = static_cast<std::size_t>(std::countr_zero(ends));
        const auto here = rest & ~behind(end);
        note_colon(masks.colons & here);
        const line found{scanned_ + end, odd_ || (masks.odd & here) != 0};
        if (plain(found)) {
            keep(window, found.end, 0);
        } else if (const auto stop = take_closely(window, found)) {
            return stop;
        }
        line_ = found.end + 1;
        colon_ = none;
        odd_ = false;
        rest = behind(end);
    }
    note_colon(masks.colons & rest);
    odd_ = odd_ || (masks.odd & rest) != 0;
    scanned_ = std::min(scanned_ + block_octets, window.size());
    return std::nullopt;
}

std::optional<head_scanner::progress> head_scanner::take_closely(std::string_view window,
                                                                 line which) {
    const auto& limits = options_.limits;
    const bool in_command = command_octets_ == none;
    if (in_command && which.end > limits.command_octets)
        return too_long(window, errc::command_too_long, limits.command_octets);
    if (which.end > limits.header_octets)
        return too_long(window, errc::headers_too_long, limits.header_octets);
    if (window[which.end] == '\0')
        return take_cut(window, which.end);

    auto end = which.end;
    if (which.odd && end > line_ && window[end - 1] == '\r' &&
        carriage_return_ends_lines(options_.version))
        --end;
    if (end == line_ && !in_command) {
        line_ = which.end + 1;
        return progress::ended;
    }
    const bool taken = (!which.odd || check_carriage_returns(window, end)) &&
                       (in_command ? take_command(window, end) : take_header(window, end));
    return taken ? std::nullopt : std::optional{progress::refused};
}

/// A NUL came where a line should end: the empty line is missing. What stands between the last LF
/// and the NUL is the body, where the command may have one.
std::optional<head_scanner::progress> head_scanner::take_cut(std::string_view window,
                                                             std::size_t nul) {
    if (!faults_.permit(window, {errc::null_octet_in_headers, nul, nul + 1}))
        return progress::refused;
    const bool in_command = command_octets_ == none;
    if (in_command && !take_command(window, nul))
        return progress::refused;
    const auto command = window.substr(0, command_octets_);
    if (!in_command && nul > line_ && !may_have_body(command, options_.version) &&
        !take_header(window, nul))
        return progress::refused;
    if (in_command || !may_have_body(command, options_.version))
        line_ = nul;
    nul_ = nul;
    return progress::cut_off;
}

bool head_scanner::check_carriage_returns(std::string_view window, std::size_t end) {
    if (!carriage_return_ends_lines(options_.version))
        return true;
    const auto lines = window.substr(0, end);
    for (auto cr = lines.find('\r', line_); cr != lines.npos; cr = lines.find('\r', cr + 1)) {
        if (!faults_.permit(window, {errc::bare_carriage_return, cr, end}))
            return false;
    }
    return true;
}

bool head_scanner::take_command(std::string_view window, std::size_t end) {
    const auto command = window.substr(line_, end - line_);
    if (!known_command(command, options_.side, options_.version) &&
        !faults_.permit(window, {errc::unknown_command, line_, end}))
        return false;
    command_octets_ = end;
    escapes_ = escapes_of(command, options_.version);
    return true;
}

bool head_scanner::take_header(std::string_view window, std::size_t end) {
    if (colon_ == none && !faults_.permit(window, {errc::header_without_colon, line_, end}))
        return false;
    if (colon_ == line_ && !faults_.permit(window, {errc::empty_header_name, line_, end}))
        return false;
    if (header_count_ == options_.limits.header_count) {
        if (!crowded_ && !faults_.permit(window, {errc::too_many_headers, line_, end}))
            return false;
        crowded_ = true;
        return true;
    }
    std::uint32_t escaped = 0;
    if (!check_octets(window, end, escaped))
        return false;
    if (header_count_ == headers_.size())
        headers_.resize(std::min(2 * headers_.size(), options_.limits.header_count));
    keep(window, end, escaped);
    return true;
}

/// Checks a header line's UTF-8 and escapes; `escaped` tells whether it has any.
bool head_scanner::check_octets(std::string_view window, std::size_t end, std::uint32_t& escaped) {
    const auto text = window.substr(line_, end - line_);
    if (headers_are_utf8(options_.version) && !well_formed_utf8(text)) {
        const auto bad = line_ + *malformed_utf8_at(text);
        if (!faults_.permit(window, {errc::header_octets_not_utf8, bad, end}))
            return false;
    }
    if (escapes_.empty())
        return true;
    escaped = text.find('\\') != text.npos ? 1 : 0;
    // A colon behind the backslash ends the name, and it is no escape's letter either.
    for (auto at = undefined_escape_at(text, escapes_); at != text.npos;
         at = undefined_escape_at(text, escapes_, at + 2)) {
        if (!faults_.permit(window, {errc::undefined_escape, line_ + at, end}))
            return false;
    }
    return true;
}

head_scanner::progress head_scanner::too_long(std::string_view window, errc code,
                                              std::size_t limit) {
    return faults_.permit(window, {code, limit, limit}) ? progress::too_long : progress::refused;
}

} // namespace rhombus::stomp
