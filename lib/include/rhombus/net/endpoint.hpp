#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace rhombus::net {

/// What carries the octets.
enum class transport : std::uint8_t { clear, tls };

/// Where a URL points. `https:` and `wss:` are `tls`; `http:` and `ws:` are `clear`.
struct endpoint {
    transport security = transport::tls; ///< From the scheme.
    std::string host;                    ///< Without the brackets of an IPv6 literal.
    std::uint16_t port = 443;            ///< From the URL, else the scheme's default.
    std::string target = "/";            ///< Path and query (RFC 9112 origin-form).

    bool operator==(const endpoint&) const = default;
};

/// @returns host and, where it is not the scheme's default, port: the value of `Host`.
[[nodiscard]] std::string authority(const endpoint& where);

/// Reads an absolute URL of the four schemes above.
/// @returns the endpoint, or one sentence that says what was expected.
[[nodiscard]] boost::system::result<endpoint, std::string> parse_url(std::string_view url);

} // namespace rhombus::net
