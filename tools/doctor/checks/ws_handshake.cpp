#include "../credentials.hpp"
#include "../examination.hpp"
#include "list.hpp"

#include <rhombus/net/error.hpp>
#include <rhombus/report/escape.hpp>
#include <rhombus/transcript/headers.hpp>

#include <fmt/format.h>

namespace rhombus::doctor {
namespace {

using diagnosis::certainty;
using diagnosis::side;
using diagnosis::status;

constexpr std::size_t excerpt_octets = 80;

std::string header_of(const transcript::http_response& response, std::string_view name) {
    const auto* const value = transcript::find_header(response.headers, name);
    return value == nullptr ? std::string{} : *value;
}

/// One row of what a status other than 101, 401 and 403 means on an upgrade.
struct reading {
    std::string_view code;
    diagnosis::certainty sureness;
    diagnosis::side blamed;
    std::string message;
};

reading read_status(const transcript::http_response& response, std::string_view target) {
    const auto code = response.status;
    if (code == 404)
        return {"HTTP-PATH", certainty::likely, side::config,
                fmt::format("The server knows no path {} (404): the WebSocket address is wrong.",
                            target.substr(0, target.find('?')))};
    if (code == 407)
        return {"NET-PROXY", certainty::likely, side::network,
                "A proxy on the way wants a login (407)."};
    if (code == 429)
        return {"RATE", certainty::confirmed, side::server, "The rate limit is used up (429)."};
    if (code >= 300 && code < 400)
        return {"HTTP-REDIRECT", certainty::confirmed, side::network,
                fmt::format("The server redirects ({}) to {}; a handshake is not redirected.", code,
                            report::visible(header_of(response, "Location"), 200))};
    if (code >= 500)
        return {"SVC-ERROR", certainty::likely, side::server,
                fmt::format("The service fails ({}) in place of the upgrade.", code)};
    return {"HTTP-UPGRADE", certainty::likely, side::network,
            fmt::format("The answer to the upgrade is {}, not 101: an intermediary or something "
                        "that is no WebSocket endpoint answered.",
                        code)};
}

void judge_status(const facts& known, const transcript::seen<transcript::http_response>& answer,
                  judgement& out) {
    const auto meaning = read_status(answer.what, known.stream.where.target);
    const auto type = header_of(answer.what, "Content-Type");
    const auto n = out.saw("ws-handshake",
                           fmt::format("the upgrade is answered {}{}: {}", answer.what.status,
                                       type.empty() ? "" : ", " + report::visible(type, 80),
                                       report::visible(answer.what.body, excerpt_octets)),
                           {answer.where.n});
    auto& found = out.found(meaning.code, status::fail, meaning.message);
    found.certainty = meaning.sureness;
    found.side = meaning.blamed;
    found.evidence = {n};
}

bool breaks_protocol(const boost::system::error_code& reason) {
    return reason == net::errc::accept_key_wrong || reason == net::errc::extension_not_offered ||
           reason == net::errc::subprotocol_not_offered;
}

void judge_without_answer(const facts& known, judgement& out) {
    const auto reason = known.stream.failure->reason;
    const auto n =
        out.saw("ws-handshake", fmt::format("no HTTP answer to the upgrade: {}", reason.message()));
    const bool late = reason == net::errc::opening_timed_out;
    auto& found =
        late
            ? out.found("HTTP-TIMEOUT", status::fail,
                        "The server accepts the connection but does not answer the upgrade.")
            : out.found("HTTP-UPGRADE", status::fail,
                        fmt::format("The upgrade is not answered by HTTP ({}): an intermediary, or "
                                    "no WebSocket endpoint.",
                                    reason.message()));
    found.certainty = late ? certainty::confirmed : certainty::likely;
    found.side = side::network;
    found.evidence = {n};
}

void judge_bad_upgrade(const facts& known, std::uint64_t record, judgement& out) {
    const auto reason = known.stream.failure->reason;
    const auto n = out.saw("ws-handshake", fmt::format("101, but {}", reason.message()), {record});
    auto& found =
        breaks_protocol(reason)
            ? out.found("WS-PROTOCOL", status::fail,
                        fmt::format("The server's 101 breaks RFC 6455: {}.", reason.message()))
            : out.found("HTTP-UPGRADE", status::fail,
                        fmt::format("A 101 came that upgrades to nothing ({}): an "
                                    "intermediary stripped its headers.",
                                    reason.message()));
    found.evidence = {n};
}

judgement judge(const facts& known, const stream_reading& /*stream*/) {
    judgement out;
    const auto* history = known.connection(host::stream);
    if (history == nullptr || history->responses.empty()) {
        judge_without_answer(known, out);
        return out;
    }
    const auto& answer = history->responses.back();
    if (answer.what.status == 101 && !known.stream.failure) {
        out.saw("ws-handshake", "101 Switching Protocols", {answer.where.n});
        out.reason = "101";
    } else if (answer.what.status == 101) {
        judge_bad_upgrade(known, answer.where.n, out);
    } else if (is_refusal(answer.what.status)) {
        judge_refusal(known, host::stream, out);
    } else {
        judge_status(known, answer, out);
    }
    return out;
}

std::optional<std::string_view> blocked(const facts& known, const stream_reading& /*stream*/) {
    return blocked_before(known, host::stream, net::stage::upgrade);
}

void collect(examination& run) {
    run.open_websocket();
    run.compare_credentials();
}

} // namespace

check ws_handshake_check() {
    return {.id = "ws-handshake",
            .stage = "upgrade",
            .title = "The connection is upgraded to a WebSocket",
            .guide = "HTTP 403 Forbidden",
            .phase = phase::credentials,
            .needs = {"tls"},
            .rules_out = {"AUTH-SPLIT", "AUTHZ-WS", "AUTHZ-PARTNER-ORG", "HTTP-UPGRADE",
                          "HTTP-PATH", "HTTP-REDIRECT", "HTTP-TIMEOUT", "HTTP-WAF", "WS-PROTOCOL"},
            .blocked_by = blocked,
            .not_applicable = always_applicable,
            .collect = collect,
            .judge = judge};
}

} // namespace rhombus::doctor
