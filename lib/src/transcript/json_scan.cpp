#include "json_scan.hpp"

#include "octet_masks.hpp"
#include "octet_runs.hpp"

#include <rhombus/utf8.hpp>

#include <algorithm>
#include <array>
#include <cstring>

namespace rhombus::transcript {

namespace {

bool is_blank(char octet) noexcept {
    return octet == ' ' || octet == '\t' || octet == '\n' || octet == '\r';
}

bool is_digit(char octet) noexcept {
    return octet >= '0' && octet <= '9';
}

/// Which octets an odd run of backslashes stands before. After "Parsing gigabytes of JSON per
/// second" (Langdale, Lemire 2019), section 3.1.1.
class escape_finder {
public:
    [[nodiscard]] std::uint64_t escaped_by(std::uint64_t backslashes) noexcept {
        if (backslashes == 0 && carried_ == 0)
            return 0;
        constexpr std::uint64_t even = 0x5555555555555555U;
        backslashes &= ~carried_;
        const auto follows = backslashes << 1U | carried_;
        const auto odd_starts = backslashes & ~even & ~follows;
        std::uint64_t runs_from_even = 0;
        carried_ = static_cast<std::uint64_t>(
            __builtin_add_overflow(odd_starts, backslashes, &runs_from_even));
        return (even ^ runs_from_even << 1U) & follows;
    }

private:
    std::uint64_t carried_ = 0; ///< 1 when the first octet of the next block is escaped.
};

/// What the letter behind a backslash stands for; 0 for `u` and for what stands for nothing.
constexpr std::array<char, 256> make_letters() {
    std::array<char, 256> all{};
    const auto stands_for = [&](char letter, char octet) {
        all[static_cast<std::uint8_t>(letter)] = octet;
    };
    stands_for('"', '"');
    stands_for('\\', '\\');
    stands_for('/', '/');
    stands_for('b', '\b');
    stands_for('f', '\f');
    stands_for('n', '\n');
    stands_for('r', '\r');
    stands_for('t', '\t');
    return all;
}

constexpr auto letters = make_letters();

std::optional<std::uint32_t> hex_digit(char octet) noexcept {
    if (is_digit(octet))
        return static_cast<std::uint32_t>(octet - '0');
    const auto lower = static_cast<char>(octet | 0x20);
    if (lower >= 'a' && lower <= 'f')
        return static_cast<std::uint32_t>(lower - 'a' + 10);
    return std::nullopt;
}

/// @returns the number of `\uXXXX` at the front.
std::optional<std::uint32_t> code_unit(std::string_view text) noexcept {
    constexpr std::size_t length = 6;
    if (text.size() < length || !text.starts_with("\\u"))
        return std::nullopt;
    std::uint32_t number = 0;
    for (const auto octet : text.substr(2, length - 2)) {
        const auto digit = hex_digit(octet);
        if (!digit)
            return std::nullopt;
        number = number << 4U | *digit;
    }
    return number;
}

bool in_range(std::uint32_t number, std::uint32_t first, std::uint32_t last) noexcept {
    return number >= first && number <= last;
}

char* put_character(std::uint32_t code, char* to) noexcept {
    const auto continuation = [&](std::uint32_t shift) {
        return static_cast<char>(0x80U | (code >> shift & 0x3FU));
    };
    if (code < 0x80U) {
        *to++ = static_cast<char>(code);
    } else if (code < 0x800U) {
        *to++ = static_cast<char>(0xC0U | code >> 6U);
        *to++ = continuation(0);
    } else if (code < 0x10000U) {
        *to++ = static_cast<char>(0xE0U | code >> 12U);
        *to++ = continuation(6);
        *to++ = continuation(0);
    } else {
        *to++ = static_cast<char>(0xF0U | code >> 18U);
        *to++ = continuation(12);
        *to++ = continuation(6);
        *to++ = continuation(0);
    }
    return to;
}

struct step {
    std::size_t read = 0; ///< Octets of the escape; 0: it is none.
    char* to = nullptr;
};

/// Reads the escape at the front, and writes at most as many octets as it has.
step put_unescaped(std::string_view text, char* to) noexcept {
    if (text.size() < 2)
        return {};
    if (const auto octet = letters[static_cast<std::uint8_t>(text[1])]; octet != 0) {
        *to = octet;
        return {2, to + 1};
    }
    const auto unit = code_unit(text);
    if (!unit || in_range(*unit, 0xDC00U, 0xDFFFU))
        return {};
    if (!in_range(*unit, 0xD800U, 0xDBFFU))
        return {6, put_character(*unit, to)};
    const auto second = code_unit(text.substr(6));
    if (!second || !in_range(*second, 0xDC00U, 0xDFFFU))
        return {};
    return {12, put_character(0x10000U + ((*unit - 0xD800U) << 10U) + (*second - 0xDC00U), to)};
}

/// Copies a run without reading or writing beyond `room` octets.
char* copy_within(const char* from, std::size_t octets, char* to, std::size_t room) noexcept {
    if (room >= octets + run_octets)
        return copy_run(from, octets, to);
    std::memcpy(to, from, octets);
    return to + octets;
}

} // namespace

void json_scanner::skip_blanks() noexcept {
    while (at_ != end_ && is_blank(*at_))
        ++at_;
}

bool json_scanner::take_behind_blanks(char octet) noexcept {
    skip_blanks();
    if (at_ == end_ || *at_ != octet)
        return false;
    ++at_;
    return true;
}

bool json_scanner::at_end() noexcept {
    skip_blanks();
    return at_ == end_;
}

std::optional<json_value> json_scanner::value() noexcept {
    json_value one;
    return next(one) ? std::optional{one} : std::nullopt;
}

bool json_scanner::next(json_value& into) noexcept {
    skip_blanks();
    if (at_ == end_)
        return false;
    switch (*at_) {
    case '"':
        return string(into);
    case '{':
    case '[':
        return nested(into);
    case 't':
        return word("true", json_shape::boolean, into);
    case 'f':
        return word("false", json_shape::boolean, into);
    case 'n':
        return word("null", json_shape::null, into);
    default:
        return number(into);
    }
}

bool json_scanner::string(json_value& into) noexcept {
    const auto* const begin = ++at_;
    // Most are names and words: shorter than this, without escapes.
    constexpr std::size_t short_octets = 16;
    const auto near = masks_of<short_octets>(at_);
    const auto special = near.quotes | near.backslashes | near.controls;
    if (special != 0) {
        const auto length = first_of(special);
        const auto* const end = at_ + length;
        if (end < end_ && *end == '"') {
            at_ = end + 1;
            into = {json_shape::string, {begin, length}, false};
            return true;
        }
    }
    return long_string(into);
}

bool json_scanner::long_string(json_value& into) noexcept {
    const auto* const begin = at_;
    escape_finder escapes;
    std::uint64_t backslashes = 0;
    for (; at_ < end_; at_ += mask_octets) {
        const auto masks = masks_of(at_);
        const auto quotes = masks.quotes & ~escapes.escaped_by(masks.backslashes);
        if (quotes == 0) {
            if (masks.controls != 0)
                return false;
            backslashes |= masks.backslashes;
            continue;
        }
        const auto length = first_of(quotes);
        backslashes |= masks.backslashes & first_octets(length);
        at_ += length;
        if (at_ >= end_ || (masks.controls & first_octets(length)) != 0)
            return false;
        into = {
            json_shape::string, {begin, static_cast<std::size_t>(at_ - begin)}, backslashes != 0};
        ++at_;
        return true;
    }
    return false;
}

bool json_scanner::digits() noexcept {
    const auto* const begin = at_;
    while (at_ != end_ && is_digit(*at_))
        ++at_;
    return at_ != begin;
}

bool json_scanner::number(json_value& into) noexcept {
    const auto* const begin = at_;
    const auto is_next = [this](char octet) { return at_ != end_ && *at_ == octet; };
    if (is_next('-'))
        ++at_;
    const auto zero = is_next('0');
    const auto* const first = at_;
    if (!digits() || (zero && at_ - first > 1))
        return false;
    if (is_next('.')) {
        ++at_;
        if (!digits())
            return false;
    }
    if (is_next('e') || is_next('E')) {
        ++at_;
        if (is_next('+') || is_next('-'))
            ++at_;
        if (!digits())
            return false;
    }
    into = {json_shape::number, {begin, static_cast<std::size_t>(at_ - begin)}, false};
    return true;
}

bool json_scanner::word(std::string_view wanted, json_shape shape, json_value& into) noexcept {
    const std::string_view rest{at_, static_cast<std::size_t>(end_ - at_)};
    if (!rest.starts_with(wanted))
        return false;
    at_ += wanted.size();
    into = {shape, rest.substr(0, wanted.size()), false};
    return true;
}

/// Also looks at escapes: what is inside may never be read again.
bool json_scanner::whole_value() noexcept {
    json_value one;
    return next(one) && (!one.escaped || well_escaped(one.raw));
}

bool json_scanner::object_items() noexcept {
    if (take('}'))
        return true;
    do {
        skip_blanks();
        if (at_ == end_ || *at_ != '"' || !whole_value() || !take(':') || !whole_value())
            return false;
    } while (take(','));
    return take('}');
}

bool json_scanner::array_items() noexcept {
    if (take(']'))
        return true;
    do {
        if (!whole_value())
            return false;
    } while (take(','));
    return take(']');
}

bool json_scanner::nested(json_value& into) noexcept {
    const auto* const begin = at_;
    if (depth_ == deepest_nesting)
        return false;
    ++depth_;
    const auto shape = *at_++ == '{' ? json_shape::object : json_shape::array;
    if (!(shape == json_shape::object ? object_items() : array_items()))
        return false;
    --depth_;
    into = {shape, {begin, static_cast<std::size_t>(at_ - begin)}, false};
    return true;
}

bool well_escaped(std::string_view raw) noexcept {
    std::array<char, 4> character{};
    for (auto at = raw.find('\\'); at != std::string_view::npos; at = raw.find('\\', at)) {
        const auto escape = put_unescaped(raw.substr(at), character.data());
        if (escape.read == 0)
            return false;
        at += escape.read;
    }
    return true;
}

bool unescape(std::string_view raw, std::string& out) {
    out.resize(raw.size());
    auto* to = out.data();
    std::size_t done = 0; // octets of raw that are dealt with
    for (std::size_t block = 0; block < raw.size(); block += mask_octets) {
        auto backslashes = masks_of(raw.data() + block).backslashes;
        if (raw.size() - block < mask_octets)
            backslashes &= first_octets(raw.size() - block);
        for (; backslashes != 0; backslashes &= backslashes - 1) {
            const auto at = block + first_of(backslashes);
            if (at < done)
                continue; // the second of an escape
            to = copy_within(raw.data() + done, at - done, to, raw.size() - done);
            const auto escape = put_unescaped(raw.substr(at), to);
            if (escape.read == 0)
                return false;
            to = escape.to;
            done = at + escape.read;
        }
    }
    to = copy_within(raw.data() + done, raw.size() - done, to, raw.size() - done);
    out.resize(static_cast<std::size_t>(to - out.data()));
    return true;
}

bool append_minified_object(octet_buffer& out, std::string_view text) {
    if (!well_formed_utf8(text))
        return false;
    // Room for the text once more, and for reading beyond its end.
    auto* const copy = out.room(2 * text.size() + mask_octets) + text.size();
    std::copy(text.begin(), text.end(), copy);
    std::memset(copy + text.size(), 0, mask_octets);
    json_scanner scanner{{copy, text.size()}, 1};
    const auto whole = scanner.value();
    if (!whole || whole->shape != json_shape::object || !scanner.at_end())
        return false;
    auto* to = out.room(0);
    bool quoted = false;
    for (const auto* at = copy; at != copy + text.size(); ++at) {
        if (!quoted && is_blank(*at))
            continue;
        *to++ = *at;
        if (quoted && *at == '\\')
            *to++ = *++at;
        else if (*at == '"')
            quoted = !quoted;
    }
    out.end_at(to);
    return true;
}

} // namespace rhombus::transcript
