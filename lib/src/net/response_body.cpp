#include "response_body.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace rhombus::net {
namespace {

constexpr std::size_t longest_chunk_line = 1024;
constexpr std::uint64_t line_end_octets = 2;

std::optional<std::uint64_t> number(std::string_view digits, int base) noexcept {
    std::uint64_t value = 0;
    const auto* const end = digits.data() + digits.size();
    const auto [rest, failure] = std::from_chars(digits.data(), end, value, base);
    // A line end is added to it: keep well away from overflow.
    if (failure != std::errc{} || rest != end || value >> 62U != 0)
        return std::nullopt;
    return value;
}

} // namespace

body_reader::body_reader(const response_head& head, std::size_t limit) : limit_{limit} {
    const auto lengths = head.find_all("Content-Length");
    const auto length = lengths.empty() ? std::nullopt : number(lengths.front(), 10);
    if (head.status == 204 || head.status == 304) {
        done_ = true;
    } else if (head.has_word("Transfer-Encoding", "chunked")) {
        framing_ = framing::chunks;
    } else if (length) {
        framing_ = framing::length;
        left_ = *length;
        done_ = left_ == 0;
    }
}

void body_reader::keep(std::string_view octets) {
    octets_ += octets.size();
    body_ += octets.substr(0, limit_ - body_.size());
    done_ = done_ || body_.size() == limit_;
}

void body_reader::feed(std::string_view octets) {
    if (done_)
        return;
    if (framing_ == framing::chunks)
        return feed_chunks(octets);
    if (framing_ == framing::length) {
        octets = octets.substr(0, left_);
        left_ -= octets.size();
        done_ = left_ == 0;
    }
    keep(octets);
}

/// Takes a chunk's first line. @returns false when it has not come, was broken or was the last.
bool body_reader::begin_chunk(std::string_view& octets) {
    const auto end = octets.find('\n');
    line_ += octets.substr(0, end);
    octets.remove_prefix(end == octets.npos ? octets.size() : end + 1);
    const bool too_long = line_.size() > longest_chunk_line;
    if (end == octets.npos && !too_long)
        return false;
    const auto size =
        too_long ? std::nullopt : number(line_.substr(0, line_.find_first_of("; \t\r")), 16);
    line_.clear();
    if (!size || *size == 0) {
        done_ = true;
        return false;
    }
    left_ = *size + line_end_octets;
    return true;
}

void body_reader::feed_chunks(std::string_view octets) {
    while (!octets.empty() && !done_) {
        if (left_ == 0 && !begin_chunk(octets))
            continue;
        const auto content = left_ > line_end_octets ? left_ - line_end_octets : 0;
        const auto piece = octets.substr(0, content);
        keep(piece);
        octets.remove_prefix(piece.size());
        left_ -= piece.size();
        if (left_ <= line_end_octets) {
            const auto behind = std::min<std::uint64_t>(left_, octets.size());
            octets.remove_prefix(behind);
            left_ -= behind;
        }
    }
}

} // namespace rhombus::net
