#include <rhombus/account/shown_url.hpp>

#include <algorithm>

namespace rhombus::account {

std::string shown_url(std::string_view url) {
    constexpr std::string_view hidden = "…";
    const auto query = std::min(url.find_first_of("?#"), url.size());
    const auto colon = url.find("://");
    const auto authority = colon < query ? colon + 3 : 0;
    // A password may hold a slash that should have been escaped: the last @ counts.
    const auto at = url.substr(authority, query - authority).rfind('@');
    std::string shown{url.substr(0, authority)};
    if (at != std::string_view::npos)
        shown += hidden;
    const auto host = at == std::string_view::npos ? authority : authority + at;
    shown += url.substr(host, query - host);
    if (query != url.size())
        shown.append(url.substr(query, 1)).append(hidden);
    return shown;
}

} // namespace rhombus::account
