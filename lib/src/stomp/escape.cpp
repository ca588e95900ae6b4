#include <rhombus/stomp/escape.hpp>

#include <optional>

namespace rhombus::stomp {
namespace {

std::optional<char> escaped_octet(char letter) noexcept {
    switch (letter) {
    case '\\':
        return '\\';
    case 'c':
        return ':';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    default:
        return std::nullopt;
    }
}

} // namespace

std::string escape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char octet : text) {
        switch (octet) {
        case '\\':
            out += "\\\\";
            break;
        case ':':
            out += "\\c";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        default:
            out += octet;
        }
    }
    return out;
}

boost::system::result<std::string, parse_error> unescape(std::string_view raw) {
    std::string out;
    out.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '\\') {
            out += raw[i];
            continue;
        }
        const auto octet = i + 1 < raw.size() ? escaped_octet(raw[i + 1]) : std::nullopt;
        if (!octet)
            return parse_error{errc::undefined_escape, i};
        out += *octet;
        ++i;
    }
    return out;
}

} // namespace rhombus::stomp
