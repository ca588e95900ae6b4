#include "examination.hpp"

#include "requests.hpp"

#include <algorithm>
#include <utility>

namespace rhombus::doctor {
namespace {

using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;

/// A server that refuses a SUBSCRIBE does so within a round trip; one that accepts says nothing.
constexpr milliseconds subscription_settles{1'000};
/// A peer that closes at once does so within a round trip, without hearing anything from us; a
/// busy one takes longer to accept. Waited for only where TLS has failed.
constexpr milliseconds silent_wait{3'000};
constexpr milliseconds closing_limit{3'000};
/// However rare the heart-beats that a server agrees to.
constexpr milliseconds longest_heartbeat_watch{90'000};
constexpr std::uint16_t normal_closure = 1000;
constexpr std::uint16_t protocol_error = 1002;
/// Beyond the longest silence allowed, so that a beat at its very end still counts.
constexpr milliseconds proof_margin{100};

/// steady_clock is CLOCK_MONOTONIC here, the clock of the records.
std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(clock::now().time_since_epoch())
        .count();
}

} // namespace

examination::examination(facts known, examination_options options, net::context& loop,
                         transcript::recorder& log, const std::vector<transcript::record>& memory)
    : known_{std::move(known)}, options_{std::move(options)}, loop_{loop}, log_{log}, memory_{
                                                                                          memory} {
    known_.window = options_.wait;
}

void examination::refresh() {
    if (memory_.size() == records_read_)
        return;
    known_.history = transcript::read_history(memory_);
    records_read_ = memory_.size();
}

void examination::open_hosts(net::stage last) {
    const auto begin = [&](host_facts& facts, std::unique_ptr<net::connection>& connection,
                           const net::connection_options& how) {
        if (!facts.wanted || facts.failure)
            return;
        if (!connection)
            connection = std::make_unique<net::connection>(loop_, facts.where, how, log_);
        connection->begin_open(last);
    };
    const auto note = [](host_facts& facts, const std::unique_ptr<net::connection>& connection) {
        if (!connection)
            return;
        facts.conn = connection->number();
        facts.reached = connection->reached();
        facts.failure = connection->failure();
    };
    begin(known_.rest, rest_, options_.rest);
    begin(known_.stream, stream_, options_.stream);
    loop_.run();
    note(known_.rest, rest_);
    note(known_.stream, stream_);
    refresh();
    connect_again_silently(host::rest);
    connect_again_silently(host::stream);
    // libcurl opens its own connection; ours has told what it can.
    if (last == net::stage::secure)
        rest_.reset();
}

void examination::connect_again_silently(host which) {
    auto& facts = which == host::rest ? known_.rest : known_.stream;
    if (!facts.failure || facts.failure->at != net::stage::secure || facts.silent_probe)
        return;
    const auto& how = which == host::rest ? options_.rest : options_.stream;
    net::connection again{loop_, facts.where, how, log_};
    facts.silent_probe = again.number();
    again.begin_open(net::stage::connect);
    loop_.run();
    if (!again.failure()) {
        again.begin_listen(silent_wait);
        loop_.run();
    }
    refresh();
}

rest::outcome examination::ask(probe_key key) {
    auto call = organization_call(known_, options_.rest, key, options_.decoy_key);
    call.abandoned = [this] {
        loop_.run(); // Nothing is under way: looks for a signal only.
        return interrupted();
    };
    return rest::perform(call, log_);
}

void examination::ask_organization() {
    known_.organization_answer = ask(probe_key::real);
    const auto& answer = *known_.organization_answer;
    known_.answers.push_back(
        {host::rest, probe_key::real, answer.status, answer.body, answer_records(answer.conn)});
    refresh();
}

net::upgrade_request examination::upgrade_request_for(probe_key key) const {
    const auto opening = dialect_->opening();
    net::upgrade_request out;
    out.purpose = key == probe_key::real ? "upgrade" : "probe";
    const auto where = net::parse_url(opening.url);
    out.target = where.has_value() ? where->target : known_.stream.where.target;
    out.subprotocols = opening.subprotocols;
    for (const auto& [name, value] : opening.headers) {
        if (key != probe_key::none)
            out.credentials.emplace_back(name,
                                         key_text(known_, host::stream, key, options_.decoy_key));
    }
    return out;
}

void examination::open_websocket() {
    if (known_.stream.reached != net::stage::secure) // Clear text: no check has asked for it.
        open_hosts(net::stage::secure);
    dialect_ = make_dialect(known_, systems::unanswered_connect::ping);
    stream_->begin_upgrade(upgrade_request_for(probe_key::real));
    loop_.run();
    known_.stream.reached = stream_->reached();
    known_.stream.failure = stream_->failure();
    refresh();
    note_stream_answer();
}

void examination::note_stream_answer() {
    const auto* history = known_.connection(host::stream);
    if (history == nullptr || history->responses.empty())
        return;
    const auto& last = history->responses.back();
    known_.answers.push_back(
        {host::stream, probe_key::real, last.what.status, last.what.body, {last.where.n}});
}

std::vector<std::uint64_t> examination::answer_records(std::uint32_t conn) const {
    std::vector<std::uint64_t> numbers;
    for (const auto& record : memory_) {
        if (record.conn == conn && std::holds_alternative<transcript::http_response>(record.what))
            numbers.push_back(record.n);
    }
    return numbers;
}

void examination::compare_credentials() {
    const auto refused = [&](host which) {
        const auto* answer = known_.answer(which, probe_key::real);
        return answer != nullptr && (answer->status == 401 || answer->status == 403);
    };
    const bool wanted =
        options_.decoys == decoy_policy::compare && known_.settings.system->credential;
    if (!wanted || !(refused(host::rest) || refused(host::stream)))
        return;
    for (const auto key : {probe_key::decoy, probe_key::none}) {
        if (known_.answer(host::rest, probe_key::real) != nullptr)
            probe_rest(key);
        if (known_.answer(host::stream, probe_key::real) != nullptr)
            probe_stream(key);
    }
    refresh();
}

void examination::probe_rest(probe_key key) {
    const auto answer = ask(key);
    known_.answers.push_back(
        {host::rest, key, answer.status, answer.body, answer_records(answer.conn)});
}

void examination::probe_stream(probe_key key) {
    net::connection probe{loop_, known_.stream.where, options_.stream, log_};
    probe.begin_open(net::stage::secure);
    loop_.run();
    if (probe.failure())
        return;
    probe.begin_upgrade(upgrade_request_for(key));
    loop_.run();
    refresh();
    const auto* history = known_.connection(probe.number());
    if (history == nullptr || history->responses.empty())
        return;
    const auto& last = history->responses.back();
    known_.answers.push_back({host::stream, key, last.what.status, last.what.body, {last.where.n}});
}

bool examination::stream_alive() const {
    return stream_ && stream_->open() && dialect_ && !dialect_->finished();
}

void examination::converse(milliseconds limit, const net::connection::on_signal& callback) {
    if (!stream_alive())
        return;
    auto code = normal_closure;
    stream_->begin_converse(*dialect_, limit, [&](const systems::signal& signal) {
        if (std::holds_alternative<systems::malformed>(signal))
            code = protocol_error;
        return callback(signal);
    });
    loop_.run();
    // The dialect may end the session (ERROR, a broken rule, silence); then we close, and hear the
    // server's own Close where it sends one.
    if (dialect_->finished() && stream_->open()) {
        stream_->begin_close(code, closing_limit);
        loop_.run();
    }
    refresh();
}

void examination::say_hello() {
    // The dialect's own limit ends the wait; this one only bounds a dialect that forgot to.
    const auto bound = known_.settings.system->connected_limit + milliseconds{1'000};
    converse(bound, [](const systems::signal& signal) {
        return std::holds_alternative<systems::hello_accepted>(signal) ? net::pump::pause
                                                                       : net::pump::go_on;
    });
    window_end_ = clock::now() + options_.wait;
}

milliseconds examination::window_left() const {
    const auto left = std::chrono::duration_cast<milliseconds>(window_end_ - clock::now());
    return std::max(left, milliseconds{0});
}

net::pump examination::take(const systems::signal& signal, window_goal goal) {
    const bool event = std::holds_alternative<systems::event>(signal);
    const bool beat = std::holds_alternative<systems::beat>(signal);
    const auto* subscription = std::get_if<systems::subscribed>(&signal);
    counts_.events += event ? 1 : 0;
    counts_.beats += beat ? 1 : 0;
    const bool answered = event || (subscription != nullptr && subscription->confirmed);
    switch (goal) {
    case window_goal::answer:
        return answered ? net::pump::pause : net::pump::go_on;
    case window_goal::event:
        return event ? net::pump::pause : net::pump::go_on;
    case window_goal::heartbeat:
        return beat ? net::pump::pause : net::pump::go_on;
    }
    return net::pump::go_on;
}

void examination::watch(window_goal goal, milliseconds limit) {
    converse(std::min(limit, window_left()),
             [this, goal](const systems::signal& signal) { return take(signal, goal); });
    known_.observed_until_ns = now_ns();
}

void examination::await_subscription() {
    watch(window_goal::answer, subscription_settles);
}

void examination::await_event() {
    if (counts_.events == 0)
        watch(window_goal::event, window_left());
}

void examination::await_heartbeat() {
    if (options_.heartbeat == heartbeat_proof::as_agreed && stream_alive()) {
        const auto needed =
            stomp::allowed_silence(read_stream(known_).plan.expect_every) + proof_margin;
        window_end_ = std::max(window_end_, window_end_ - options_.wait +
                                                std::min(needed, longest_heartbeat_watch));
    }
    while (stream_alive() && counts_.beats == 0 && window_left().count() > 0) {
        const auto left = until_proved(read_stream(known_));
        if (left.count() <= 0)
            return;
        watch(window_goal::heartbeat, left);
    }
}

milliseconds examination::until_proved(const stream_reading& stream) const {
    if (stream.plan.expect_every.count() == 0)
        return {};
    const auto now = now_ns();
    const auto since = [&](std::int64_t t_ns) { return milliseconds{(now - t_ns) / 1'000'000}; };
    const auto watched = since(stream.connected->where.when.t_ns);
    const auto enough = stomp::allowed_silence(stream.plan.expect_every) + proof_margin;
    if (watched < enough)
        return enough - watched;
    // Events take the place of heart-beats; but a silence that has begun must come to its end.
    const auto silent = stream.last_silence + since(known_.observed_until_ns);
    return silent <= stream.plan.expect_every ? milliseconds{} : enough - silent;
}

void examination::say_goodbye() {
    if (!stream_alive())
        return;
    known_.goodbye_said = true;
    dialect_->goodbye(clock::now());
    converse(closing_limit, [](const systems::signal&) { return net::pump::go_on; });
}

} // namespace rhombus::doctor
