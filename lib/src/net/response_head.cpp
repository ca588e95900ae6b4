#include "response_head.hpp"

#include <algorithm>
#include <utility>

namespace rhombus::net {
namespace {

constexpr std::string_view blanks = " \t";

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

std::string_view trim(std::string_view text) noexcept {
    const auto begin = text.find_first_not_of(blanks);
    if (begin == text.npos)
        return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// Cuts the first line off. @returns it without its LF or CR LF.
std::string_view take_line(std::string_view& text) noexcept {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

/// @returns the status of `HTTP/1.x NNN ...`; nullopt for anything else. HTTP/1.0 has no 1xx, so
/// what says so upgrades nothing (RFC 9110 section 15.2).
std::optional<std::uint16_t> read_status(std::string_view line) noexcept {
    if (!line.starts_with("HTTP/1.") || line.size() < 12 || !digit(line[7]) || line[8] != ' ')
        return std::nullopt;
    const auto digits = line.substr(9, 3);
    if (!std::ranges::all_of(digits, digit) || (line.size() > 12 && line[12] != ' '))
        return std::nullopt;
    const auto status = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
    const auto lowest = line[7] == '0' ? 200 : 100;
    return status < lowest ? std::nullopt : std::optional{static_cast<std::uint16_t>(status)};
}

/// @returns whether the line was a header field or the continuation of one.
bool add_field(std::string_view line, transcript::header_list& headers) {
    if (line.starts_with(' ') || line.starts_with('\t')) { // RFC 9112 section 5.2: obs-fold.
        if (headers.empty())
            return false;
        headers.back().second.append(" ").append(trim(line));
        return true;
    }
    const auto colon = line.find(':');
    if (colon == line.npos || colon == 0)
        return false;
    headers.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
    return true;
}

std::optional<response_head> read_head(std::string_view text) {
    const auto status = read_status(take_line(text));
    if (!status)
        return std::nullopt;
    response_head head{.status = *status, .headers = {}};
    while (!text.empty()) {
        const auto line = take_line(text);
        if (!line.empty() && !add_field(line, head.headers))
            return std::nullopt;
    }
    return head;
}

/// @returns the length of the head with its empty line; nullopt while that has not come.
std::optional<std::size_t> head_size(std::string_view text, std::size_t from) noexcept {
    for (auto at = text.find('\n', from); at != text.npos; at = text.find('\n', at + 1)) {
        const auto behind = text.substr(at + 1, 2);
        if (behind.starts_with('\n'))
            return at + 2;
        if (behind == "\r\n")
            return at + 3;
    }
    return std::nullopt;
}

} // namespace

bool same_word(std::string_view left, std::string_view right) noexcept {
    return std::ranges::equal(left, right, {}, lower, lower);
}

std::vector<std::string_view> response_head::find_all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [each, value] : headers)
        if (same_word(each, name))
            values.emplace_back(value);
    return values;
}

bool response_head::has_word(std::string_view name, std::string_view word) const {
    for (auto value : find_all(name))
        while (!value.empty()) {
            const auto comma = value.find(',');
            if (same_word(trim(value.substr(0, comma)), word))
                return true;
            value.remove_prefix(comma == value.npos ? value.size() : comma + 1);
        }
    return false;
}

head_reader::answer head_reader::feed(std::string_view octets) {
    constexpr std::string_view start = "HTTP/1.";
    buffer_ += octets;
    const auto begun = std::min(buffer_.size(), start.size());
    if (std::string_view{buffer_}.substr(0, begun) != start.substr(0, begun))
        return trouble::not_http;

    const auto size = head_size(buffer_, searched_);
    searched_ = std::max<std::size_t>(buffer_.size(), 2) - 2;
    if (size.value_or(buffer_.size()) > limit)
        return trouble::too_long;
    if (!size)
        return incomplete{};
    auto head = read_head(std::string_view{buffer_}.substr(0, *size));
    if (!head)
        return trouble::not_http;
    buffer_.erase(0, *size);
    searched_ = 0;
    return std::move(*head);
}

std::string head_reader::take_rest() {
    searched_ = 0;
    return std::exchange(buffer_, {});
}

} // namespace rhombus::net
