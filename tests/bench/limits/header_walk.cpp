#include "header_walk.hpp"

#include <charconv>
#include <cstdint>
#include <stdexcept>

namespace rhombus::bench {
namespace {

constexpr auto none = std::string_view::npos;

/// Of the first header that says so: STOMP 1.2, Repeated Header Entries.
std::size_t content_length(std::span<const wire_header> headers) {
    for (const auto& header : headers) {
        if (header.name != "content-length")
            continue;
        std::size_t length = 0;
        const auto text = header.value;
        if (std::from_chars(text.data(), text.data() + text.size(), length).ec != std::errc{})
            throw std::runtime_error{"a content-length that is no number"};
        return length;
    }
    return none;
}

} // namespace

void header_walk::add(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == none || count_ == headers_.size())
        throw std::runtime_error{"a header without colon, or more than 64 headers"};
    headers_[count_++] = {line.substr(0, colon), line.substr(colon + 1), line.find('\\') != none};
}

/// @returns where the body begins; 0 when not all lines are there.
std::size_t header_walk::header_lines(std::string_view octets) {
    auto begin = octets.find('\n') + 1; // behind the command
    while (begin != 0) {
        const auto end = octets.find('\n', begin);
        if (end == none)
            return 0;
        auto line = octets.substr(begin, end - begin);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.empty())
            return end + 1;
        add(line);
        begin = end + 1;
    }
    return 0;
}

std::size_t header_walk::frame(std::string_view octets) {
    count_ = 0;
    const auto begin = header_lines(octets);
    if (begin == 0)
        return 0;
    const auto length = content_length(headers());
    const auto end = length == none ? octets.find('\0', begin) : begin + length;
    if (end >= octets.size())
        return 0;
    body_ = octets.substr(begin, end - begin);
    return end + 1;
}

} // namespace rhombus::bench
