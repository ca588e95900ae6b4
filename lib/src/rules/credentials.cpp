#include "observations.hpp"
#include "sections.hpp"
#include "tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace rhombus::rules {

namespace {

constexpr std::string_view section = "credentials";
constexpr std::string_view no_attempt = "the client sent no opening handshake";
constexpr std::string_view key_header = "x-auth-apikey";

ruling judge_header(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto& [connection, request] : upgrade_attempts(run)) {
        const auto count = values_of(request->what.headers, key_header).size();
        if (count == 1)
            seen.held(request->where);
        else
            seen.breach(level::must,
                        fmt::format("{} stood {} times in the handshake", key_header, count),
                        {request->where.n});
    }
    return std::move(seen).result("each handshake had x-auth-apikey once", std::string{no_attempt});
}

void look_into_request(const upgrade_attempt& attempt, const run_history& run, const context& with,
                       tally& seen) {
    const auto& [connection, request] = attempt;
    const auto cited = request->where.n;
    // The guide tolerates the key in the query beside the header (TG 401).
    if (holds_secret(request->what.target, run))
        seen.breach(vendor_tolerated(with), "the key stood in the request's target", {cited});
    for (const auto& [name, value] : request->what.headers) {
        if (!same_token(name, key_header) && holds_secret(value, run))
            seen.breach(level::must, fmt::format("the key stood in header {}", name), {cited});
    }
}

ruling judge_nowhere_else(const run_history& run, const context& with) {
    tally seen;
    for (const auto& attempt : upgrade_attempts(run)) {
        seen.held(attempt.request->where);
        look_into_request(attempt, run, with, seen);
    }
    for (const auto& connection : run.connections) {
        for (const auto& sent : connection.messages) {
            if (sent.where.from == origin::client && holds_secret(sent.payload, run))
                seen.breach(level::must, "the key stood in a message", {sent.where.n});
        }
    }
    return std::move(seen).result("the key stood in its header only", std::string{no_attempt});
}

ruling judge_scheme(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto& [connection, request] : upgrade_attempts(run)) {
        const std::string_view target = request->what.target;
        const auto question = std::min(target.find('?'), target.size());
        const auto query =
            "&" + std::string{target.substr(std::min(question + 1, target.size()))} + "&";
        const auto named = query.find("&x-auth-scheme=api-token&") != std::string::npos ||
                           query.find("&x-auth-scheme=partner-api-token&") != std::string::npos;
        if (named)
            seen.held(request->where);
        else
            seen.breach(level::must, "the query lacks x-auth-scheme=api-token", {request->where.n});
    }
    return std::move(seen).result("each query named the scheme", std::string{no_attempt});
}

constexpr std::array rules_here{
    rule{.id = "R-131",
         .section = section,
         .title = "x-auth-apikey stands once in the handshake's headers",
         .source = "TG 401; LG Step 1",
         .needs = {need::socket_api},
         .judge = judge_header},
    rule{.id = "R-132",
         .section = section,
         .title = "The key stands nowhere but in its header",
         .source = "TG 401",
         .judge = judge_nowhere_else},
    rule{.id = "R-133",
         .section = section,
         .title = "The query holds x-auth-scheme",
         .source = "LG Step 1; TG 403",
         .judge = judge_scheme},
};

} // namespace

std::span<const rule> credential_rules() {
    return rules_here;
}

} // namespace rhombus::rules
