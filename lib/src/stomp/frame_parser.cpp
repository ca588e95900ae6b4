#include <rhombus/stomp/escape.hpp>
#include <rhombus/stomp/frame_parser.hpp>
#include <rhombus/utf8.hpp>

#include <algorithm>
#include <charconv>

namespace rhombus::stomp {
namespace {

constexpr std::size_t compact_above = std::size_t{64} << 10U;

/// Position of the first LF or NUL at or after `from`; npos when there is none.
std::size_t line_end(std::string_view text, std::size_t from) noexcept {
    using namespace std::string_view_literals;
    return text.find_first_of("\n\0"sv, from);
}

std::optional<std::size_t> decimal(std::string_view digits) noexcept {
    std::size_t value = 0;
    const auto* const last = digits.data() + digits.size();
    const auto [stop, failure] = std::from_chars(digits.data(), last, value);
    if (digits.empty() || failure != std::errc{} || stop != last)
        return std::nullopt;
    return value;
}

} // namespace

frame_parser::frame_parser(direction side, parser_limits limits) : side_{side}, limits_{limits} {}

void frame_parser::feed(std::string_view octets) {
    buffer_.append(octets);
}

boost::system::result<std::optional<frame_parser::item>, parse_error> frame_parser::next() {
    if (broken_)
        return *broken_;
    auto found = scan();
    if (found.has_error())
        broken_ = found.error();
    return found;
}

frame_parser::step frame_parser::scan() {
    for (;;) {
        const auto before = phase_;
        const auto cursor_before = cursor_;
        auto found = step{std::nullopt};
        switch (phase_) {
        case phase::between:
            found = scan_between();
            break;
        case phase::command:
        case phase::headers:
            found = scan_line();
            break;
        case phase::counted_body:
            found = scan_counted_body();
            break;
        case phase::open_body:
            found = scan_open_body();
            break;
        }
        const bool moved = phase_ != before || cursor_ != cursor_before;
        if (found.has_error() || found->has_value() || !moved)
            return found;
    }
}

frame_parser::step frame_parser::scan_between() {
    drop_consumed();
    if (begin_ == buffer_.size())
        return std::nullopt;
    auto lf = begin_;
    if (buffer_[lf] == '\r') {
        if (++lf == buffer_.size())
            return std::nullopt;
        if (buffer_[lf] != '\n')
            return violation(errc::bare_carriage_return, begin_);
    }
    if (buffer_[lf] == '\n') {
        begin_ = cursor_ = searched_ = lf + 1;
        return item{eol{consumed_ + lf}};
    }
    partial_ = {};
    length_header_.reset();
    cursor_ = searched_ = begin_;
    phase_ = phase::command;
    return std::nullopt;
}

frame_parser::step frame_parser::scan_line() {
    const auto end = line_end(buffer_, searched_);
    const auto known = std::min(end, buffer_.size());
    if (phase_ == phase::command && known - cursor_ > limits_.command_octets)
        return violation(errc::command_too_long, cursor_ + limits_.command_octets);
    if (known - begin_ > limits_.header_octets)
        return violation(errc::headers_too_long, begin_ + limits_.header_octets);
    if (end == std::string::npos) {
        searched_ = buffer_.size();
        return std::nullopt;
    }
    if (buffer_[end] == '\0')
        return violation(errc::null_octet_in_headers, end);

    auto line = std::string_view{buffer_}.substr(cursor_, end - cursor_);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    if (const auto cr = line.find('\r'); cr != std::string_view::npos)
        return violation(errc::bare_carriage_return, cursor_ + cr);
    const bool headers_end = phase_ == phase::headers && line.empty();
    const auto fault = phase_ == phase::command ? take_command(line)
                       : headers_end            ? std::nullopt
                                                : take_header(line);
    if (fault)
        return *fault;
    cursor_ = searched_ = end + 1;
    if (headers_end) {
        if (const auto bad_length = begin_body())
            return *bad_length;
    }
    return std::nullopt;
}

std::optional<parse_error> frame_parser::take_command(std::string_view line) {
    const bool known =
        side_ == direction::from_server ? server_command(line) : client_command(line);
    if (!known)
        return violation(errc::unknown_command, cursor_);
    partial_.command = line;
    phase_ = phase::headers;
    return std::nullopt;
}

std::optional<parse_error> frame_parser::take_header(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos)
        return violation(errc::header_without_colon, cursor_);
    if (colon == 0)
        return violation(errc::empty_header_name, cursor_);
    if (partial_.headers.size() == limits_.header_count)
        return violation(errc::too_many_headers, cursor_);
    if (!well_formed_utf8(line))
        return violation(errc::header_octets_not_utf8, cursor_);

    const auto name = line.substr(0, colon);
    const auto value = line.substr(colon + 1);
    if (name == "content-length" && !length_header_)
        length_header_ = cursor_;
    if (partial_.command == "CONNECT" || partial_.command == "CONNECTED") {
        partial_.headers.push_back({std::string{name}, std::string{value}});
        return std::nullopt;
    }
    auto plain_name = unescape(name);
    if (plain_name.has_error())
        return violation(errc::undefined_escape, cursor_ + plain_name.error().offset);
    auto plain_value = unescape(value);
    if (plain_value.has_error())
        return violation(errc::undefined_escape, cursor_ + colon + 1 + plain_value.error().offset);
    partial_.headers.push_back({std::move(*plain_name), std::move(*plain_value)});
    return std::nullopt;
}

std::optional<parse_error> frame_parser::begin_body() {
    if (!length_header_) {
        phase_ = phase::open_body;
        return std::nullopt;
    }
    const auto length = decimal(*partial_.find("content-length"));
    if (!length)
        return violation(errc::bad_content_length, *length_header_);
    if (*length > limits_.frame_octets)
        return violation(errc::frame_too_long, *length_header_);
    body_octets_ = *length;
    phase_ = phase::counted_body;
    return std::nullopt;
}

frame_parser::step frame_parser::scan_counted_body() {
    const auto end = cursor_ + body_octets_;
    if (end >= buffer_.size())
        return std::nullopt;
    if (buffer_[end] != '\0')
        return violation(errc::missing_null_octet, end);
    return finish_frame(end);
}

frame_parser::step frame_parser::scan_open_body() {
    const auto end = buffer_.find('\0', searched_);
    if (std::min(end, buffer_.size()) - begin_ > limits_.frame_octets)
        return violation(errc::frame_too_long, begin_ + limits_.frame_octets);
    if (end == std::string::npos) {
        searched_ = buffer_.size();
        return std::nullopt;
    }
    return finish_frame(end);
}

frame_parser::item frame_parser::finish_frame(std::size_t body_end) {
    partial_.body = buffer_.substr(cursor_, body_end - cursor_);
    parsed_frame whole{std::move(partial_), consumed_ + begin_, body_end + 1 - begin_};
    partial_ = {};
    begin_ = cursor_ = searched_ = body_end + 1;
    phase_ = phase::between;
    return whole;
}

parse_error frame_parser::violation(errc code, std::size_t position) const noexcept {
    return {code, consumed_ + position};
}

void frame_parser::drop_consumed() {
    if (begin_ < buffer_.size() && begin_ < compact_above)
        return;
    buffer_.erase(0, begin_);
    consumed_ += begin_;
    begin_ = cursor_ = searched_ = 0;
}

bool frame_parser::inside_frame() const noexcept {
    return begin_ < buffer_.size();
}

std::string_view frame_parser::unfinished() const noexcept {
    return std::string_view{buffer_}.substr(begin_);
}

std::size_t frame_parser::fed() const noexcept {
    return consumed_ + buffer_.size();
}

} // namespace rhombus::stomp
