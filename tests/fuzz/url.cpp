// The input is a URL.
#include "expect.hpp"
#include "input.hpp"

#include <rhombus/net/endpoint.hpp>

#include <algorithm>

namespace rhombus::fuzz {
namespace {

bool printable(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

void run(std::string_view text) {
    const auto found = net::parse_url(text);
    if (!found) {
        expect(found.error().starts_with("expected ") && printable(found.error()),
               "the error says what was expected");
        expect(found.error().find('@') == std::string::npos,
               "the error does not repeat the URL, which may hold a password");
        return;
    }
    expect(found->port != 0 && !found->host.empty(), "an endpoint can be reached");
    expect(found->target.starts_with('/') && printable(found->target) &&
               found->target.find(' ') == std::string::npos,
           "a target is fit for a request line");
    const auto host = authority(*found);
    expect(printable(host) && host.find_first_of(" /?#@") == std::string::npos,
           "an authority is fit for a header");
    const auto* const scheme = found->security == net::transport::tls ? "https://" : "ws://";
    const auto again = net::parse_url(scheme + host + found->target);
    expect(again.has_value() && *again == *found, "what is written is read as the same");
}

} // namespace
} // namespace rhombus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rhombus::fuzz::run(rhombus::fuzz::input{data, size}.rest());
    return 0;
}
