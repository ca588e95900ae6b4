#include <rhombus/net/endpoint.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <optional>

namespace rhombus::net {
namespace {

struct scheme {
    std::string_view name;
    transport security;
};
constexpr std::array schemes{scheme{"https", transport::tls}, scheme{"wss", transport::tls},
                             scheme{"http", transport::clear}, scheme{"ws", transport::clear}};

constexpr std::uint16_t default_port(transport security) noexcept {
    return security == transport::tls ? 443 : 80;
}

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_word(std::string_view left, std::string_view right) noexcept {
    return std::ranges::equal(left, right, {}, lower, lower);
}

bool name_octet(char c) noexcept {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
}

bool visible(char c) noexcept {
    return c > ' ' && c < '\x7f';
}

bool ipv6(const std::string& text) noexcept {
    in6_addr ignored{};
    return inet_pton(AF_INET6, text.c_str(), &ignored) == 1;
}

std::optional<std::uint16_t> port_number(std::string_view digits) noexcept {
    std::uint16_t port = 0;
    const auto* const end = digits.data() + digits.size();
    const auto [rest, failure] = std::from_chars(digits.data(), end, port);
    if (failure != std::errc{} || rest != end || port == 0)
        return std::nullopt;
    return port;
}

using outcome = boost::system::result<endpoint, std::string>;

/// Takes `[address]` off the front. @returns false when there is none.
bool read_bracketed(std::string_view& text, std::string& host) {
    const auto end = text.find(']');
    if (end == text.npos)
        return false;
    host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    return ipv6(host);
}

/// Takes a name or an IPv4 address off the front. @returns false when there is none.
bool read_name(std::string_view& text, std::string& host) {
    host = text.substr(0, text.find(':'));
    text.remove_prefix(host.size());
    return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, name_octet);
}

/// Takes the authority apart into `found`. @returns what was expected, empty when all is well.
std::string_view read_authority(std::string_view text, endpoint& found) {
    if (text.find('@') != text.npos)
        return "expected a host without user or password before it";
    const auto bracketed = text.starts_with('[');
    if (bracketed && !read_bracketed(text, found.host))
        return "expected an IPv6 address between [ and ]";
    if (!bracketed && !read_name(text, found.host))
        return "expected a host name or an IP address";
    if (!text.empty() && !text.starts_with(':'))
        return "expected a port after ]";
    if (text.size() <= 1) // RFC 3986 section 3.2.3 allows "host:".
        return {};
    const auto number = port_number(text.substr(1));
    if (!number)
        return "expected a port from 1 to 65535";
    found.port = *number;
    return {};
}

} // namespace

std::string authority(const endpoint& where) {
    const auto bracketed = where.host.find(':') != std::string::npos;
    auto text = bracketed ? "[" + where.host + "]" : where.host;
    if (where.port != default_port(where.security))
        text += ":" + std::to_string(where.port);
    return text;
}

outcome parse_url(std::string_view url) {
    const auto separator = url.find("://");
    const auto name = url.substr(0, separator);
    const auto* const known = std::ranges::find_if(
        schemes, [&](const scheme& each) { return same_word(each.name, name); });
    if (separator == url.npos || known == schemes.end())
        return std::string{"expected a URL that begins with https://, wss://, http:// or ws://"};
    if (!std::ranges::all_of(url, visible))
        return std::string{"expected a URL without spaces, control or non-ASCII characters"};
    if (url.find('#') != url.npos)
        return std::string{"expected a URL without a fragment (#)"};

    const auto rest = url.substr(separator + 3);
    const auto path = std::min(rest.find_first_of("/?"), rest.size());
    endpoint found{.security = known->security, .host = {}, .port = default_port(known->security)};
    if (const auto expected = read_authority(rest.substr(0, path), found); !expected.empty())
        return std::string{expected};
    found.target = rest.substr(path);
    if (!found.target.starts_with('/'))
        found.target.insert(0, 1, '/');
    return found;
}

} // namespace rhombus::net
