#include "frame_scanner.hpp"

#include "commands.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace rhombus::stomp {
namespace {

std::optional<std::size_t> decimal(std::string_view digits) noexcept {
    std::size_t value = 0;
    const auto* const last = digits.data() + digits.size();
    const auto [stop, failure] = std::from_chars(digits.data(), last, value);
    if (digits.empty() || failure != std::errc{} || stop != last)
        return std::nullopt;
    return value;
}

/// How much of a chunk joins a head that an earlier one began.
constexpr std::size_t head_slice = 256;

/// @returns whether more octets are needed to see if a command line stands here.
bool undecided(std::string_view octets) noexcept {
    using namespace std::string_view_literals;
    return octets.size() < longest_command_line &&
           octets.find_first_of("\n\0"sv) == std::string_view::npos;
}

} // namespace

frame_scanner::frame_scanner(const reader_options& options)
    : options_{options}, faults_{options.attitude, frame_reader::most_deviations}, head_{options_,
                                                                                         faults_} {}

void frame_scanner::next_token_at(std::size_t offset) noexcept {
    base_ = offset;
    consumed_ = eol_ = given_up_ = 0;
    faults_.window_at(offset);
    faults_.forget_noted();
}

token frame_scanner::scan(std::string_view window) {
    consumed_ = 0;
    switch (phase_) {
    case phase::between:
        return scan_between(window);
    case phase::head:
        return scan_head(window);
    case phase::counted_body:
        return scan_counted_body(window);
    case phase::open_body:
        return scan_open_body(window);
    case phase::skipping:
        return skip(window);
    }
    return token::need_more;
}

token frame_scanner::scan_between(std::string_view window) {
    const bool cr = window.front() == '\r' && carriage_return_ends_lines(options_.version);
    if (cr && window.size() < 2)
        return token::need_more;
    if (cr && window[1] != '\n')
        return skip_one(window, errc::bare_carriage_return);
    if (window.front() == '\0')
        return skip_one(window, errc::null_octet_between_frames);
    if (cr || window.front() == '\n') {
        eol_ = cr ? 1 : 0;
        consumed_ = eol_ + 1;
        return token::eol;
    }
    phase_ = phase::head;
    head_.begin();
    return scan_head(window);
}

token frame_scanner::scan_head(std::string_view window) {
    switch (head_.scan(window)) {
    case head_scanner::progress::incomplete:
        return token::need_more;
    case head_scanner::progress::refused:
        return token::violation;
    case head_scanner::progress::too_long:
        return begin_skipping(window);
    case head_scanner::progress::cut_off:
        body_ = head_.end();
        return finish_frame(window, head_.nul(), head_.nul() + 1);
    case head_scanner::progress::ended:
        break;
    }
    return begin_body(window);
}

token frame_scanner::begin_body(std::string_view window) {
    body_ = searched_ = head_.end();
    phase_ = phase::open_body;
    const auto command = window.substr(0, head_.command_octets());
    lost_end_ = may_have_body(command, options_.version) ? std::nullopt : std::optional{body_};
    if (head_.length_header() && !measure_body(window))
        return token::violation;
    if (phase_ == phase::counted_body)
        return scan_counted_body(window);
    return scan_open_body(window);
}

/// @returns false after a violation.
bool frame_scanner::measure_body(std::string_view window) {
    const auto place = head_.headers()[*head_.length_header()];
    const auto length = decimal(window.substr(place.colon + 1, place.end - place.colon - 1));
    if (!length)
        return faults_.permit(window, {errc::bad_content_length, place.begin, place.end});
    if (*length > options_.limits.frame_octets)
        return faults_.permit(window, {errc::frame_too_long, place.begin, place.end});
    if (lost_end_ && *length > 0 && !faults_.permit(window, {errc::body_not_allowed, body_, body_}))
        return false;
    lost_end_.reset();
    body_octets_ = *length;
    phase_ = phase::counted_body;
    return true;
}

token frame_scanner::scan_counted_body(std::string_view window) {
    const auto end = body_ + body_octets_;
    if (window.size() <= end)
        return token::need_more;
    if (window[end] == '\0')
        return finish_frame(window, end, end + 1);
    // Whether the NUL is lost or the number wrong is told by what stands there.
    if (undecided(window.substr(end)) && faults_.allows(errc::missing_null_octet))
        return token::need_more;
    if (!faults_.permit(window, {errc::missing_null_octet, end, end + 1}))
        return token::violation;
    const bool null_came_sooner = window[end - 1] == '\0';
    if (!null_came_sooner &&
        starts_with_command_line(window.substr(end), options_.side, options_.version))
        return finish_frame(window, end, end);
    phase_ = phase::open_body;
    return scan_open_body(window);
}

token frame_scanner::scan_open_body(std::string_view window) {
    if (lost_end_ && window.size() > *lost_end_) {
        if (const auto found = scan_lost_end(window, *lost_end_))
            return *found;
        lost_end_.reset();
    }
    const auto limit = options_.limits.frame_octets;
    const auto* const nul = static_cast<const char*>(
        std::memchr(window.data() + searched_, 0, window.size() - searched_));
    const auto end = nul == nullptr ? window.size() : static_cast<std::size_t>(nul - window.data());
    if (end > limit)
        return faults_.permit(window, {errc::frame_too_long, limit, limit}) ? begin_skipping(window)
                                                                            : token::violation;
    if (nul != nullptr)
        return finish_frame(window, end, end + 1);
    searched_ = end;
    return token::need_more;
}

/// Looks whether the next frame begins where this one should have ended.
/// @returns nullopt where it does not.
std::optional<token> frame_scanner::scan_lost_end(std::string_view window, std::size_t place) {
    const auto rest = window.substr(place);
    if (rest.front() == '\0')
        return std::nullopt;
    if (undecided(rest))
        return token::need_more;
    if (starts_with_command_line(rest, options_.side, options_.version))
        return faults_.permit(window, {errc::missing_null_octet, place, place + 1})
                   ? finish_frame(window, place, place)
                   : token::violation;
    const bool is_body = place == body_ &&
                         !may_have_body(window.substr(0, head_.command_octets()), options_.version);
    if (is_body && !faults_.permit(window, {errc::body_not_allowed, place, place + 1}))
        return token::violation;
    return std::nullopt;
}

token frame_scanner::begin_skipping(std::string_view window) {
    phase_ = phase::skipping;
    given_up_ = 0;
    return skip(window);
}

token frame_scanner::skip(std::string_view window) {
    const auto nul = window.find('\0');
    consumed_ = nul == std::string_view::npos ? window.size() : nul + 1;
    given_up_ += consumed_;
    if (nul == std::string_view::npos)
        return token::need_more;
    phase_ = phase::between;
    return token::skipped;
}

token frame_scanner::skip_one(std::string_view window, errc code) {
    if (!faults_.permit(window, {code, 0, 1}))
        return token::violation;
    consumed_ = given_up_ = 1;
    return token::skipped;
}

token frame_scanner::finish_frame(std::string_view window, std::size_t body_end,
                                  std::size_t frame_end) {
    frame_.octets_ = window.substr(0, frame_end);
    frame_.command_ = window.substr(0, head_.command_octets());
    frame_.body_ = window.substr(body_, body_end - body_);
    frame_.headers_ = head_.headers();
    frame_.escapes_ = head_.escapes();
    frame_.offset_ = base_;
    consumed_ = frame_end;
    phase_ = phase::between;
    return token::frame;
}

token frame_scanner::finish(std::string_view window) {
    consumed_ = 0;
    if (phase_ == phase::skipping) {
        phase_ = phase::between;
        return token::skipped;
    }
    if (window.empty())
        return token::need_more;
    const auto counted_end = body_ + body_octets_;
    const bool counted = phase_ == phase::counted_body && window.size() > counted_end;
    const auto found = counted ? fault{errc::missing_null_octet, counted_end, counted_end + 1}
                               : fault{errc::unfinished_frame, window.size(), window.size()};
    if (!faults_.permit(window, found))
        return token::violation;
    if (phase_ == phase::counted_body || phase_ == phase::open_body)
        return finish_frame(window, window.size(), window.size());
    phase_ = phase::between;
    consumed_ = given_up_ = window.size();
    return token::skipped;
}

void frame_scanner::message_ends_at(std::size_t place) noexcept {
    if (phase_ == phase::open_body && !lost_end_ && faults_.allows(errc::missing_null_octet))
        lost_end_ = place;
}

std::size_t frame_scanner::octets() const noexcept {
    return std::max(consumed_, given_up_);
}

std::size_t frame_scanner::useful(std::size_t held, std::string_view fresh) const noexcept {
    if (const auto need = certain_need(held); need != 0)
        return std::min(need, fresh.size());
    if (phase_ != phase::open_body)
        return std::min(head_slice, fresh.size());
    const auto nul = fresh.find('\0');
    return nul == std::string_view::npos ? fresh.size() : nul + 1;
}

std::size_t frame_scanner::certain_need(std::size_t held) const noexcept {
    const auto whole = body_ + body_octets_ + 1;
    return phase_ == phase::counted_body && held < whole ? whole - held : 0;
}

std::size_t frame_scanner::blind_room(std::size_t held) const noexcept {
    if (phase_ == phase::counted_body)
        return std::max(certain_need(held), std::size_t{1}) - 1;
    const auto& limits = options_.limits;
    const auto limit = phase_ == phase::open_body ? limits.frame_octets
                       : head_.command_octets() <= held
                           ? limits.header_octets
                           : std::min(limits.command_octets, limits.header_octets);
    return limit - std::min(limit, held);
}

int frame_scanner::stop_octet() const noexcept {
    constexpr int any = 255;
    if (phase_ == phase::head)
        return '\n';
    if (phase_ == phase::open_body)
        return lost_end_ ? any : '\0';
    return phase_ == phase::counted_body ? -1 : any;
}

} // namespace rhombus::stomp
