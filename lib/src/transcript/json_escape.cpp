#include "json_escape.hpp"

#include "octet_masks.hpp"
#include "octet_runs.hpp"

#include <rhombus/utf8.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace rhombus::transcript {

namespace {

constexpr std::size_t longest_escape = 6;

/// What an octet becomes; 8 octets are copied and `length` of them kept.
struct escape {
    std::array<char, 8> text = {};
    std::uint8_t length = 0;
};

constexpr std::size_t first_printable = 0x20;

constexpr std::array<escape, 256> make_escapes() {
    std::array<escape, 256> all{};
    constexpr std::string_view digits = "0123456789abcdef";
    for (std::size_t octet = 0; octet < first_printable; ++octet)
        all[octet] = {{'\\', 'u', '0', '0', digits[octet / 16], digits[octet % 16]},
                      longest_escape};
    const auto named = [&](char octet, char name) {
        all[static_cast<std::uint8_t>(octet)] = {{'\\', name}, 2};
    };
    named('"', '"');
    named('\\', '\\');
    named('\b', 'b');
    named('\f', 'f');
    named('\n', 'n');
    named('\r', 'r');
    named('\t', 't');
    return all;
}

constexpr auto escapes = make_escapes();

char* put_escape(char octet, char* to) {
    const auto& form = escapes[static_cast<std::uint8_t>(octet)];
    std::memcpy(to, form.text.data(), form.text.size());
    return to + form.length;
}

/// Room that one block may take: all of it escaped, and what is copied beyond.
constexpr std::size_t block_room = mask_octets * longest_escape + mask_octets;

/// Writes one block; `from` has 64 readable octets, of which `octets` are meant.
char* escape_block(const char* from, std::size_t octets, char* to) {
    const auto masks = masks_of(from);
    auto wanted = masks.quotes | masks.backslashes | masks.controls;
    if (octets < mask_octets)
        wanted &= first_octets(octets);
    std::size_t done = 0;
    for (; wanted != 0; wanted &= wanted - 1) {
        const auto at = first_of(wanted);
        to = copy_run(from + done, at - done, to);
        to = put_escape(from[at], to);
        done = at + 1;
    }
    return copy_run(from + done, octets - done, to);
}

void append_escaped(octet_buffer& out, std::string_view text) {
    const auto* from = text.data();
    auto left = text.size();
    constexpr auto readable = mask_octets + run_octets;
    for (; left >= readable; left -= mask_octets, from += mask_octets)
        out.end_at(escape_block(from, mask_octets, out.room(block_room)));
    if (left == 0)
        return;
    std::array<char, mask_octets + readable> last{};
    std::memcpy(last.data(), from, left);
    const auto first = std::min(left, mask_octets);
    out.end_at(escape_block(last.data(), first, out.room(block_room)));
    if (left > first)
        out.end_at(escape_block(last.data() + first, left - first, out.room(block_room)));
}

/// @returns octets of the malformed sequence at the front, which one U+FFFD stands for.
/// Spec: The Unicode Standard, section 3.9, maximal subparts.
std::size_t malformed_length(std::string_view text) {
    // A longer beginning is malformed only where it ends when every continuation of it could fit.
    static constexpr std::string_view highest_rest = "\xBF\xBF\xBF";
    static constexpr std::string_view lowest_rest = "\x80\x80\x80";
    const auto completes = [&](std::size_t length) {
        const auto begun = std::string{text.substr(0, length)};
        for (std::size_t more = 1; more <= 3; ++more) {
            if (well_formed_utf8(begun + std::string{highest_rest.substr(0, more)}) ||
                well_formed_utf8(begun + std::string{lowest_rest.substr(0, more)}))
                return true;
        }
        return false;
    };
    std::size_t length = 1;
    while (length < 3 && length < text.size() && completes(length + 1))
        ++length;
    return length;
}

void append_mended(octet_buffer& out, std::string_view text) {
    while (const auto wrong = malformed_utf8_at(text)) {
        append_escaped(out, text.substr(0, *wrong));
        out.append(replacement_character);
        text.remove_prefix(*wrong);
        text.remove_prefix(malformed_length(text));
    }
    append_escaped(out, text);
}

} // namespace

void append_json_utf8(octet_buffer& out, std::string_view text) {
    out.append('"');
    append_escaped(out, text);
    out.append('"');
}

void append_json_string(octet_buffer& out, std::string_view text) {
    if (well_formed_utf8(text))
        return append_json_utf8(out, text);
    out.append('"');
    append_mended(out, text);
    out.append('"');
}

std::string json_escaped(std::string_view text) {
    octet_buffer out;
    append_json_string(out, text);
    return std::string{out.text().substr(1, out.text().size() - 2)};
}

} // namespace rhombus::transcript
