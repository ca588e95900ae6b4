#include "observations.hpp"
#include "sections.hpp"
#include "tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace rhombus::rules {

namespace {

constexpr std::string_view section = "opening";
constexpr std::string_view no_attempt = "the client sent no opening handshake";

std::string_view path_of(std::string_view target) {
    return target.substr(0, target.find('?'));
}

ruling judge_path(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto& [connection, request] : upgrade_attempts(run)) {
        const auto path = path_of(request->what.target);
        if (path == "/websocket")
            seen.held(request->where);
        else
            seen.breach(level::must, fmt::format("the handshake asked for path {}", path),
                        {request->where.n});
    }
    return std::move(seen).result("each handshake asked for /websocket", std::string{no_attempt});
}

bool lists_token(const std::vector<std::string_view>& values, std::string_view token) {
    for (auto value : values) {
        while (!value.empty()) {
            const auto comma = std::min(value.find(','), value.size());
            auto word = value.substr(0, comma);
            while (word.starts_with(' '))
                word.remove_prefix(1);
            while (word.ends_with(' '))
                word.remove_suffix(1);
            if (same_token(word, token))
                return true;
            value.remove_prefix(std::min(comma + 1, value.size()));
        }
    }
    return false;
}

/// 16 octets in base64: 22 characters and two of padding. Spec: RFC 6455, section 4.1.
bool sixteen_octets(std::string_view key) {
    constexpr std::size_t characters = 22;
    const auto base64 = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '+' || letter == '/';
    };
    return key.size() == characters + 2 && key.ends_with("==") &&
           std::all_of(key.begin(), key.begin() + characters, base64);
}

bool names_port(std::string_view host, std::uint16_t port) {
    constexpr std::uint16_t http = 80;
    constexpr std::uint16_t https = 443;
    return port == 0 || port == http || port == https || host.ends_with(fmt::format(":{}", port));
}

/// @returns what is wrong with the request; empty when nothing is. Spec: RFC 6455, section 4.1.
std::string flaw_of(const transcript::http_request& request, std::uint16_t port) {
    const auto host = values_of(request.headers, "Host");
    const auto version = values_of(request.headers, "Sec-WebSocket-Version");
    const auto key = values_of(request.headers, "Sec-WebSocket-Key");
    if (request.method != "GET")
        return "the method is " + request.method;
    if (host.size() != 1)
        return "there is not exactly one Host header";
    if (!names_port(host.front(), port))
        return fmt::format("Host {} does not name port {}", host.front(), port);
    if (!lists_token(values_of(request.headers, "Upgrade"), "websocket"))
        return "Upgrade does not name websocket";
    if (!lists_token(values_of(request.headers, "Connection"), "Upgrade"))
        return "Connection does not name Upgrade";
    if (version.size() != 1 || version.front() != "13")
        return "Sec-WebSocket-Version is not 13";
    if (key.size() != 1 || !sixteen_octets(key.front()))
        return "Sec-WebSocket-Key is not 16 octets in base64";
    return {};
}

ruling judge_request(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto& [connection, request] : upgrade_attempts(run)) {
        const auto port = connection->connected ? connection->connected->what.port : 0;
        const auto flaw = flaw_of(request->what, static_cast<std::uint16_t>(port));
        if (flaw.empty())
            seen.held(request->where);
        else
            seen.breach(level::must, flaw, {request->where.n});
    }
    return std::move(seen).result("each handshake was a valid upgrade request",
                                  std::string{no_attempt});
}

ruling judge_fresh_key(const run_history& run, const context& /*with*/) {
    tally seen;
    std::map<std::string_view, std::uint64_t> first_use;
    for (const auto& [connection, request] : upgrade_attempts(run)) {
        for (const auto key : values_of(request->what.headers, "Sec-WebSocket-Key")) {
            const auto [place, fresh] = first_use.try_emplace(key, request->where.n);
            if (!fresh)
                seen.breach(level::must, "a Sec-WebSocket-Key was used again",
                            {place->second, request->where.n});
            else if (first_use.size() > 1)
                seen.held(request->where);
        }
    }
    return std::move(seen).result("each attempt had a key of its own",
                                  "fewer than two attempts were made");
}

/// Keeps where the client first sent something before that record.
template <class Seen>
void find_early(const std::vector<Seen>& sent, const at& answer, std::optional<at>& early) {
    for (const auto& one : sent) {
        if (!early && one.where.from == origin::client && one.where.n < answer.n)
            early = one.where;
    }
}

ruling judge_silence_before_101(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto* const connection : upgraded(run)) {
        const auto& answer = connection->upgrade()->where;
        std::optional<at> early;
        find_early(connection->frames, answer, early);
        find_early(connection->not_websocket, answer, early);
        if (early)
            seen.breach(level::must, "the client sent octets before the 101 had come",
                        {early->n, answer.n});
        else
            seen.held(answer);
    }
    return std::move(seen).result("nothing was sent between the request and the 101",
                                  "no handshake was answered with 101");
}

constexpr std::array rules_here{
    rule{.id = "R-101",
         .section = section,
         .title = "The request goes to path /websocket exactly",
         .source = "LG Step 1; TG Unable to Connect",
         .judge = judge_path},
    rule{.id = "R-102",
         .section = section,
         .title = "The opening handshake is a valid HTTP/1.1 upgrade request",
         .source = "RFC 6455, section 4.1",
         .judge = judge_request},
    rule{.id = "R-103",
         .section = section,
         .title = "The key of the handshake is new on every attempt",
         .source = "RFC 6455, section 4.1",
         .judge = judge_fresh_key},
    rule{.id = "R-104",
         .section = section,
         .title = "Nothing is sent between the request and the 101",
         .source = "RFC 6455, section 4.1",
         .judge = judge_silence_before_101},
};

} // namespace

std::span<const rule> opening_rules() {
    return rules_here;
}

} // namespace rhombus::rules
