#include <rhombus/stomp/escape.hpp>
#include <rhombus/stomp/version.hpp>

#include <optional>

namespace rhombus::stomp {
namespace {

constexpr std::string_view letters_of_1_2 = escape_letters(version::v1_2);

char octet_meant(char letter) noexcept {
    switch (letter) {
    case 'c':
        return ':';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    default:
        return letter;
    }
}

char letter_for(char octet) noexcept {
    switch (octet) {
    case ':':
        return 'c';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    default:
        return octet;
    }
}

bool defined_at(std::string_view raw, std::size_t backslash, std::string_view letters) noexcept {
    return backslash + 1 < raw.size() && letters.find(raw[backslash + 1]) != std::string_view::npos;
}

} // namespace

void escape_to(std::string& out, std::string_view text) {
    std::size_t done = 0;
    for (auto at = text.find_first_of("\\\r\n:"); at != std::string_view::npos;
         at = text.find_first_of("\\\r\n:", done)) {
        out.append(text, done, at - done);
        out += '\\';
        out += letter_for(text[at]);
        done = at + 1;
    }
    out.append(text, done);
}

std::string escape(std::string_view text) {
    std::string out;
    escape_to(out, text);
    return out;
}

void unescape_to(std::string& out, std::string_view raw, std::string_view letters) {
    std::size_t done = 0;
    for (auto at = raw.find('\\'); at != std::string_view::npos; at = raw.find('\\', at)) {
        if (!defined_at(raw, at, letters)) {
            ++at;
            continue;
        }
        out.append(raw, done, at - done);
        out += octet_meant(raw[at + 1]);
        at = done = at + 2;
    }
    out.append(raw, done);
}

std::size_t undefined_escape_at(std::string_view raw, std::string_view letters,
                                std::size_t from) noexcept {
    auto at = raw.find('\\', from);
    while (at != std::string_view::npos && defined_at(raw, at, letters))
        at = raw.find('\\', at + 2);
    return at;
}

boost::system::result<std::string, parse_error> unescape(std::string_view raw) {
    const auto undefined = undefined_escape_at(raw, letters_of_1_2);
    if (undefined != std::string_view::npos)
        return parse_error{errc::undefined_escape, undefined};
    std::string out;
    unescape_to(out, raw, letters_of_1_2);
    return out;
}

} // namespace rhombus::stomp
