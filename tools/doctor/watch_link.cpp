#include "watch_link.hpp"

#include "recording.hpp"

#include <rhombus/overloaded.hpp>
#include <rhombus/session/retry_after.hpp>
#include <rhombus/transcript/headers.hpp>

#include <fmt/format.h>

#include <utility>

namespace rhombus::doctor {
namespace {

using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;

constexpr milliseconds without_end{std::chrono::hours{24 * 365}};
constexpr milliseconds goodbye_limit{3'000};
/// A peer that counts as dead is not waited for (requirement R-414).
constexpr milliseconds dead_peer_limit{250};
constexpr std::uint16_t normal_closure = 1000;
constexpr std::uint16_t protocol_error = 1002;
constexpr std::uint8_t close_opcode = 8;

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words)
        out += (out.empty() ? "" : ", ") + word;
    return out;
}

std::string_view name_of(net::stage stage) {
    switch (stage) {
    case net::stage::resolve:
        return "resolve";
    case net::stage::connect:
        return "connect";
    case net::stage::secure:
        return "tls";
    case net::stage::upgrade:
        return "upgrade";
    }
    return "connect";
}

net::upgrade_request request_for(const systems::dialect& speaker) {
    const auto opening = speaker.opening();
    net::upgrade_request out;
    const auto where = net::parse_url(opening.url);
    out.target = where.has_value() ? where->target : "/";
    out.credentials = opening.headers;
    out.subprotocols = opening.subprotocols;
    return out;
}

} // namespace

std::optional<milliseconds> retry_after_of(const transcript::http_response& answer) {
    const auto* const value = transcript::find_header(answer.headers, "Retry-After");
    return value == nullptr ? std::nullopt
                            : session::parse_retry_after(*value, stamp_now().wall_ms);
}

void end_traces::take(const transcript::record& one) {
    std::visit(overloaded{
                   [&](const transcript::http_response& r) {
                       answer = transcript::http_response{r.purpose, r.status, r.headers, {}, 0};
                   },
                   [&](const transcript::ws_frame& frame) {
                       const bool theirs = one.from == transcript::origin::server;
                       if (frame.opcode != close_opcode || !theirs)
                           return;
                       close_seen = true;
                       if (frame.payload.size() < 2)
                           return;
                       const auto octet = [&](std::size_t i) {
                           return static_cast<std::uint8_t>(frame.payload[i]);
                       };
                       close_code = static_cast<std::uint16_t>((octet(0) << 8U) | octet(1));
                       close_reason = frame.payload.substr(2);
                   },
                   [&](const transcript::dns_failed& r) { trouble = r.host + ": " + r.error; },
                   [&](const transcript::tcp_failed& r) {
                       trouble = fmt::format("{}:{} {}", r.address, r.port, r.error);
                   },
                   [&](const transcript::tls_failed& r) {
                       trouble = joined(r.defects) + (r.alert.empty() ? "" : " " + r.alert);
                   },
                   [](const auto&) {},
               },
               one.what);
}

watch_link::watch_link(net::context& loop, transcript::recorder& log, const end_traces& traces,
                       watch_output& out)
    : loop_{loop}, log_{log}, traces_{traces}, out_{out} {}

link_end watch_link::run(const net::endpoint& where, const net::connection_options& how,
                         std::unique_ptr<systems::dialect> speaker) {
    connection_.reset();
    speaker_ = std::move(speaker);
    subscribed_.reset();
    error_cause_.reset();
    ended_ = {};
    connection_ = std::make_unique<net::connection>(loop_, where, how, log_);
    open();
    if (!connection_->open())
        return refused();
    upgraded_ = clock::now();
    listen();
    if (subscribed_)
        lost_at_ = stamp_now().wall_ms;
    say_goodbye();
    return ended();
}

void watch_link::open() {
    connection_->begin_open(net::stage::secure);
    loop_.run();
    if (connection_->failure() || loop_.interrupted())
        return;
    connection_->begin_upgrade(request_for(*speaker_));
    loop_.run();
}

void watch_link::listen() {
    connection_->begin_converse(*speaker_, without_end, [this](const systems::signal& signal) {
        tell(signal);
        return net::pump::go_on;
    });
    loop_.run();
}

void watch_link::say_goodbye() {
    if (loop_.interrupted() && !speaker_->finished()) {
        speaker_->goodbye(clock::now());
        connection_->begin_converse(*speaker_, goodbye_limit,
                                    [](const systems::signal&) { return net::pump::go_on; });
        loop_.run();
    }
    if (!connection_->open())
        return;
    connection_->begin_close(ended_.why == "malformed" ? protocol_error : normal_closure,
                             ended_.why == "silent" ? dead_peer_limit : goodbye_limit);
    loop_.run();
}

void watch_link::tell(const systems::signal& signal) {
    std::visit(overloaded{
                   [&](const systems::hello_accepted&) { out_.connected(); },
                   [&](const systems::subscribed& s) {
                       if (s.confirmed || subscribed_)
                           return;
                       subscribed_ = clock::now();
                       const auto now = stamp_now().wall_ms;
                       if (const auto lost = std::exchange(lost_at_, std::nullopt))
                           out_.gap(*lost, now);
                       out_.subscribed();
                   },
                   [&](const systems::event& e) { out_.event(e.kind, e.key, e.body); },
                   [&](const systems::rejected& r) {
                       error_cause_ = session::cause_of_error(r.text);
                       out_.error(fmt::format("{}: {}", r.code, r.text));
                   },
                   [&](const systems::malformed& m) {
                       out_.error(fmt::format("the server broke the protocol: {} at octet {}: {}",
                                              m.rule, m.offset, m.detail));
                   },
                   [&](const systems::notice& n) { out_.notice(n.text); },
                   [&](const systems::ended& e) { ended_ = e; },
                   [](const auto&) {},
               },
               signal);
}

link_end watch_link::refused() const {
    link_end out;
    if (traces_.answer) {
        out.code = traces_.answer->status;
        out.cause = session::cause_of_status(traces_.answer->status);
        out.retry_after = retry_after_of(*traces_.answer);
        out.text = fmt::format("the upgrade was answered {}", out.code);
        return out;
    }
    const auto failure = connection_->failure();
    out.text = failure ? failure->reason.message() : std::string{"interrupted"};
    if (!traces_.trouble.empty())
        out.text = traces_.trouble + " (" + out.text + ")";
    if (failure)
        out.text = fmt::format("{}: {}", name_of(failure->at), out.text);
    return out;
}

link_end watch_link::ended() const {
    const auto now = clock::now();
    link_end out;
    if (subscribed_)
        out.subscribed_for = std::chrono::duration_cast<milliseconds>(now - *subscribed_);
    // 1005 and 1006 are local observations (RFC 6455 section 7.4.1).
    const std::uint16_t local = traces_.close_seen ? 1005 : 1006;
    const auto code = traces_.close_code.value_or(local);
    out.code = code;
    out.reason = traces_.close_reason;
    out.cause = cause_of_end(code);
    out.text = ended_.why.empty() ? "transport" : ended_.why;
    if (!ended_.detail.empty())
        out.text += ": " + ended_.detail;
    const auto up = std::chrono::duration_cast<milliseconds>(now - upgraded_);
    out.text += fmt::format(", {:.1f} s after the upgrade", static_cast<double>(up.count()) / 1e3);
    if (const auto hint = session::hint_of_uptime(up); code == 1006 && !hint.empty())
        out.text += fmt::format(" ({})", hint);
    return out;
}

/// An ERROR that names the credential says more than the Close behind it (requirement R-706).
session::end_cause watch_link::cause_of_end(std::uint16_t code) const {
    if (ended_.why == "malformed")
        return session::end_cause::protocol;
    if (error_cause_ == session::end_cause::credential)
        return *error_cause_;
    const bool own_close_only = code == 1006 || code == 1005 || code == normal_closure;
    return error_cause_ && own_close_only ? *error_cause_ : session::cause_of_close(code);
}

} // namespace rhombus::doctor
