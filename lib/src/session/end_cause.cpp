#include <rhombus/session/end_cause.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace rhombus::session {
namespace {

/// How brokers name a credential that they refuse.
constexpr std::array<std::string_view, 15> words_of_refusal{
    "credential",    "authenticat",      "authoriz",  "unauthor", "access refused",
    "access denied", "access is denied", "forbidden", "passcode", "password",
    "login",         "api key",          "apikey",    "api-key",  "token",
};
/// What parsers say; no credential is meant.
constexpr std::string_view parser_word = "unexpected token";

std::string lower(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(), [](char letter) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    });
    return out;
}

} // namespace

end_cause cause_of_close(std::optional<std::uint16_t> code) noexcept {
    switch (code.value_or(1006)) {
    case 1000:
    case 1001:
    case 1005:
        return end_cause::orderly;
    case 1006:
        return end_cause::network;
    case 1002:
    case 1003:
    case 1007:
    case 1010:
        return end_cause::protocol;
    case 1009:
    case 4500:
        return end_cause::limit;
    case 1008:
    case 3000:
    case 3003:
    case 4401:
    case 4403:
        return end_cause::credential;
    case 1012:
        return end_cause::restarting;
    case 1013:
    case 4429:
        return end_cause::overloaded;
    default:
        return end_cause::server;
    }
}

end_cause cause_of_status(std::uint16_t status) noexcept {
    if (status == 401 || status == 403)
        return end_cause::credential;
    if (status == 429 || status == 503)
        return end_cause::unavailable;
    return end_cause::server;
}

end_cause cause_of_error(std::string_view text) {
    const auto said = lower(text);
    const auto names = [&](std::string_view word) { return said.find(word) != std::string::npos; };
    const bool refused = std::any_of(words_of_refusal.begin(), words_of_refusal.end(), names);
    return refused && !names(parser_word) ? end_cause::credential : end_cause::server;
}

std::string_view hint_of_uptime(std::chrono::milliseconds up) noexcept {
    using namespace std::chrono_literals;
    if (up >= 28s && up <= 33s)
        return "about 30 s: servers drop a client then whose heart-beats they miss";
    if (up >= 58s && up <= 65s)
        return "about 60 s: the idle limit of many proxies and balancers";
    return {};
}

} // namespace rhombus::session
