#include "context_state.hpp"
#include "dial.hpp"
#include "journal.hpp"
#include "octet_stream.hpp"
#include "pump.hpp"
#include "resolver.hpp"
#include "time_limit.hpp"
#include "tls.hpp"
#include "upgrade.hpp"

#include <rhombus/net/connection.hpp>
#include <rhombus/net/error.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/assert.hpp>

#include <type_traits>
#include <utility>
#include <variant>

namespace rhombus::net {

using asio::ip::tcp;
using transcript::origin;

struct connection::state : std::enable_shared_from_this<state> {
    state(context::state& context, endpoint target, connection_options wanted,
          transcript::recorder& recorder)
        : loop{context}, where{std::move(target)}, options{std::move(wanted)}, log{&recorder},
          number{recorder.new_connection()} {}

    context::state& loop;
    endpoint where;
    connection_options options;
    transcript::recorder* log; ///< nullptr once the connection is gone.
    std::uint32_t number;
    std::optional<begun_work> work; ///< While something is under way.
    std::optional<stage> reached;
    std::optional<stage_failure> failure;
    clock::duration spent{0}; ///< Time in which a stage was under way.
    std::vector<asio::ip::address> addresses;
    std::optional<tcp::endpoint> peer;
    bool trusted = true; ///< No defect was found.
    bool closed = false; ///< tcp.closed is written.
    std::shared_ptr<octet_stream> octets;
    std::unique_ptr<dialogue> talk;

    void record(origin from, transcript::detail what);
    [[nodiscard]] journal writer();
    [[nodiscard]] time_point deadline() const {
        return clock::now() + (options.opening_limit - spent);
    }
    void fail(stage at, error_code reason);
    void hang_up(std::string_view by);
    void begin(asio::awaitable<void> steps);
    void end();

    asio::awaitable<void> open(stage last);
    asio::awaitable<error_code> carry_out(stage next);
    asio::awaitable<error_code> find_addresses();
    asio::awaitable<error_code> connect();
    asio::awaitable<error_code> make_secure();
    asio::awaitable<void> listen(std::chrono::milliseconds limit);
    asio::awaitable<void> make_websocket(upgrade_request request);
    asio::awaitable<void> close(std::uint16_t code, std::chrono::milliseconds limit);
    [[nodiscard]] std::string_view why_withheld() const;
};

void connection::state::record(origin from, transcript::detail what) {
    if (log == nullptr)
        return;
    if (auto* end = std::get_if<transcript::tcp_closed>(&what)) {
        if (std::exchange(closed, true))
            return;
        if (peer) {
            end->address = peer->address().to_string();
            end->port = peer->port();
        }
    }
    log->add(number, from, std::move(what));
}

journal connection::state::writer() {
    return [weak = weak_from_this()](origin from, transcript::detail what) {
        if (const auto self = weak.lock())
            self->record(from, std::move(what));
    };
}

void connection::state::fail(stage at, error_code reason) {
    failure = stage_failure{at, reason};
    hang_up(reason == errc::opening_timed_out ? "timeout" : "fin");
}

/// Closes the socket; `by` is how, unless the server was first.
void connection::state::hang_up(std::string_view by) {
    if (!octets)
        return;
    octets->drop();
    const auto theirs = octets->raw().ended_by();
    transcript::tcp_closed ending;
    ending.by = theirs.empty() ? by : theirs;
    record(theirs.empty() ? origin::client : origin::server, std::move(ending));
}

void connection::state::begin(asio::awaitable<void> steps) {
    BOOST_ASSERT_MSG(!work, "one thing at a time on one connection");
    work.emplace(loop);
    asio::co_spawn(loop.io, std::move(steps),
                   [self = shared_from_this()](const std::exception_ptr& thrown) {
                       self->end();
                       rethrow(thrown);
                   });
}

void connection::state::end() {
    work.reset();
}

asio::awaitable<void> connection::state::open(stage last) {
    for (auto next = stage::resolve; next <= last && !failure;
         next = static_cast<stage>(static_cast<int>(next) + 1)) {
        if (reached && *reached >= next)
            continue;
        const auto begun = clock::now();
        const auto reason = co_await carry_out(next);
        spent += clock::now() - begun;
        if (reason)
            fail(next, reason);
        else
            reached = next;
    }
}

asio::awaitable<error_code> connection::state::carry_out(stage next) {
    if (next == stage::resolve)
        co_return co_await find_addresses();
    if (next == stage::connect)
        co_return co_await connect();
    if (where.security == transport::clear)
        co_return error_code{};
    co_return co_await make_secure();
}

asio::awaitable<error_code> connection::state::find_addresses() {
    const auto log_here = writer();
    auto found = co_await resolve(where, options.overrides, deadline(), log_here);
    addresses = std::move(found.addresses);
    co_return found.reason;
}

asio::awaitable<error_code> connection::state::connect() {
    std::vector<tcp::endpoint> targets;
    for (const auto& each : addresses)
        targets.emplace_back(each, where.port);
    auto won = co_await dial(std::move(targets), deadline(), writer());
    if (!won.socket)
        co_return won.reason;
    error_code ignored;
    peer = won.socket->remote_endpoint(ignored);
    octets = std::make_shared<octet_stream>(std::move(*won.socket));
    co_return error_code{};
}

asio::awaitable<error_code> connection::state::make_secure() {
    asio::ssl::context settings{asio::ssl::context::tls_client};
    if (const auto unreadable = trust(settings, options.ca_file)) {
        transcript::tls_failed record_of_it;
        record_of_it.alert = "cannot read " + options.ca_file + ": " + unreadable.message();
        record(origin::tool, std::move(record_of_it));
        co_return unreadable;
    }
    octets->add_tls(settings);
    const auto stream = octets;
    auto result = co_await secure(*stream, where.host, deadline());
    trusted = result.facts.defects.empty();
    const auto go_on = result.reason == errc::certificate_refused &&
                       options.on_defect == untrusted_peer::go_on_without_credentials;
    if (!result.reason || go_on) {
        record(origin::server, transcript::tls_established{std::move(result.facts)});
        co_return error_code{};
    }
    const auto ours =
        result.reason == errc::certificate_refused || result.reason == errc::opening_timed_out;
    record(ours ? origin::client : origin::server, transcript::tls_failed{std::move(result.facts)});
    co_return result.reason;
}

asio::awaitable<void> connection::state::listen(std::chrono::milliseconds limit) {
    const auto stream = octets;
    char first = 0;
    {
        const time_limit patience{stream->get_executor(), clock::now() + limit,
                                  [&stream] { stream->drop(); }};
        co_await stream->raw().async_read_some(asio::buffer(&first, 1), as_result);
    }
    hang_up("fin");
}

/// @returns why credentials may not go to this peer; empty when they may.
std::string_view connection::state::why_withheld() const {
    if (!trusted)
        return "the certificate failed verification";
    if (where.security == transport::tls)
        return {};
    const auto loopback = peer && peer->address().is_loopback();
    const auto allowed = options.clear_text == clear_text_credentials::allow ||
                         (options.clear_text == clear_text_credentials::loopback_only && loopback);
    return allowed ? std::string_view{} : "the connection is not encrypted";
}

asio::awaitable<void> connection::state::make_websocket(upgrade_request request) {
    const auto begun = clock::now();
    if (const auto why = why_withheld(); !why.empty() && !request.credentials.empty()) {
        request.credentials.clear();
        record(origin::tool, transcript::note{"credentials withheld: " + std::string{why}});
    }
    const auto stream = octets;
    auto result = co_await upgrade(*stream, where, std::move(request), deadline(), writer());
    if (!result.reason) {
        talk = std::make_unique<dialogue>(stream, frame_watch{writer(), options.frames, number},
                                          options.write_limit);
        result.reason = co_await talk->take_over(std::move(result.behind));
    }
    spent += clock::now() - begun;
    if (result.reason)
        fail(stage::upgrade, result.reason);
    else
        reached = stage::upgrade;
}

namespace {

/// Sends TLS's close_notify and waits for the server's.
asio::awaitable<void> say_goodbye(octet_stream& octets, time_point deadline) {
    const time_limit limit{octets.get_executor(), deadline, [&octets] { octets.drop(); }};
    co_await octets.tls()->async_shutdown(as_result);
}

} // namespace

asio::awaitable<void> connection::state::close(std::uint16_t code,
                                               std::chrono::milliseconds limit) {
    const auto until = clock::now() + limit;
    if (talk)
        co_await talk->close(code, until);
    else if (octets && octets->tls() != nullptr && octets->raw().socket().is_open())
        co_await say_goodbye(*octets, until);
    hang_up("fin");
}

connection::connection(context& loop, endpoint where, connection_options options,
                       transcript::recorder& log)
    : state_{std::make_shared<state>(loop.inner(), std::move(where), std::move(options), log)} {}

connection::~connection() {
    state_->hang_up("fin");
    state_->log = nullptr;
    if (state_->talk)
        state_->talk->abandon();
    state_->end();
}

void connection::begin_open(stage last) {
    BOOST_ASSERT(last != stage::upgrade);
    state_->begin(state_->open(last));
}

void connection::begin_listen(std::chrono::milliseconds limit) {
    if (state_->reached != stage::connect || state_->failure)
        return;
    state_->begin(state_->listen(limit));
}

void connection::begin_upgrade(upgrade_request request) {
    if (state_->reached != stage::secure || state_->failure)
        return;
    state_->begin(state_->make_websocket(std::move(request)));
}

void connection::begin_converse(systems::dialect& speaker, std::chrono::milliseconds window,
                                on_signal callback) {
    if (!state_->talk)
        return;
    state_->talk->pause(); // One that an interrupt left under way.
    BOOST_ASSERT_MSG(!state_->work, "one thing at a time on one connection");
    state_->work.emplace(state_->loop);
    const std::weak_ptr<state> weak = state_;
    state_->talk->begin(speaker, window, std::move(callback), [weak] {
        if (const auto self = weak.lock())
            self->end();
    });
}

void connection::begin_close(std::uint16_t code, std::chrono::milliseconds limit) {
    if (state_->talk)
        state_->talk->pause();
    if (state_->work) // An opening that an interrupt left under way.
        return state_->hang_up("fin");
    state_->begin(state_->close(code, limit));
}

std::uint32_t connection::number() const noexcept {
    return state_->number;
}
std::optional<stage> connection::reached() const noexcept {
    return state_->reached;
}
std::optional<stage_failure> connection::failure() const noexcept {
    return state_->failure;
}
bool connection::open() const noexcept {
    return state_->talk && state_->talk->open();
}

} // namespace rhombus::net
