#include "watch_link.hpp"

#include "recording.hpp"

#include <rhombus/overloaded.hpp>
#include <rhombus/session/retry_after.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace rhombus::doctor {
namespace {

using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;

constexpr milliseconds without_end{std::chrono::hours{24 * 365}};
constexpr milliseconds goodbye_limit{3'000};
constexpr std::uint16_t normal_closure = 1000;
constexpr std::uint16_t protocol_error = 1002;
constexpr std::uint8_t close_opcode = 8;

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) ==
               std::tolower(static_cast<unsigned char>(y));
    });
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words)
        out += (out.empty() ? "" : ", ") + word;
    return out;
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
    for (const auto& [name, value] : answer.headers) {
        if (same_name(name, "Retry-After"))
            return session::parse_retry_after(value, stamp_now().wall_ms);
    }
    return std::nullopt;
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
    ended_why_.clear();
    connection_ = std::make_unique<net::connection>(loop_, where, how, log_);
    open();
    if (!connection_->open())
        return refused();
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
    connection_->begin_close(ended_why_ == "malformed" ? protocol_error : normal_closure,
                             goodbye_limit);
    loop_.run();
}

void watch_link::tell(const systems::signal& signal) {
    std::visit(
        overloaded{
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
            [&](const systems::rejected& r) { out_.error(fmt::format("{}: {}", r.code, r.text)); },
            [&](const systems::malformed& m) {
                out_.error(
                    fmt::format("the server broke the protocol: {} at octet {}", m.rule, m.offset));
            },
            [&](const systems::ended& e) { ended_why_ = e.why; },
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
    return out;
}

link_end watch_link::ended() const {
    link_end out;
    if (subscribed_)
        out.subscribed_for = std::chrono::duration_cast<milliseconds>(clock::now() - *subscribed_);
    // 1005 and 1006 are local observations (RFC 6455 section 7.4.1).
    const std::uint16_t local = traces_.close_seen ? 1005 : 1006;
    out.code = traces_.close_code.value_or(local);
    out.reason = traces_.close_reason;
    out.cause = session::cause_of_close(static_cast<std::uint16_t>(out.code));
    if (ended_why_ == "malformed")
        out.cause = session::end_cause::protocol;
    out.text = ended_why_.empty() ? "transport" : ended_why_;
    return out;
}

} // namespace rhombus::doctor
