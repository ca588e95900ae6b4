#include <rhombus/transcript/recorder.hpp>

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <variant>

namespace rhombus::transcript {

recorder::recorder(clock now, redactor secrets)
    : now_{std::move(now)}, secrets_{std::move(secrets)} {}

void recorder::add_sink(sink receiver) {
    sinks_.push_back(std::move(receiver));
}

std::uint32_t recorder::new_connection() noexcept {
    return ++connections_;
}

std::uint64_t recorder::add(std::uint32_t conn, origin from, detail what) {
    if (finished_)
        return next_;
    if (auto* const first = std::get_if<header>(&what))
        first->redacted = secrets_.names();
    if (const auto* const lost = std::get_if<drop>(&what))
        dropped_ += lost->count;
    const auto when = now_with_step();
    const auto n = next_;
    hand_on({.when = when, .conn = conn, .from = from, .what = std::move(what)});
    return n;
}

void recorder::finish(std::string_view reason) {
    if (finished_)
        return;
    const auto when = now_with_step();
    hand_on({.when = when,
             .what = end{.records = next_ + 1,
                         .connections = connections_,
                         .dropped = dropped_,
                         .reason = std::string{reason}}});
    finished_ = true;
}

void recorder::keep_secret(std::string_view name, std::string_view value) {
    secrets_.add(name, value);
}

stamp recorder::now_with_step() {
    const auto when = now_();
    const auto before = std::exchange(before_, when);
    if (!before)
        return when;
    constexpr std::int64_t ns_per_ms = 1'000'000;
    const auto delta_ns = (when.wall_ms - before->wall_ms) * ns_per_ms - (when.t_ns - before->t_ns);
    if (std::abs(delta_ns) > clock_tolerance_ns)
        hand_on({.when = when, .what = clock_step{delta_ns}});
    return when;
}

void recorder::clean(record& subject) {
    if (!std::holds_alternative<ws_frame>(subject.what))
        return secrets_.clean(subject);
    auto mine = std::find_if(streams_.begin(), streams_.end(), [&](const stream& one) {
        return one.conn == subject.conn && one.from == subject.from;
    });
    std::string nothing_begun;
    auto& begun = mine == streams_.end() ? nothing_begun : mine->begun;
    secrets_.clean(subject, begun);
    if (mine == streams_.end() && !begun.empty())
        streams_.push_back({subject.conn, subject.from, std::move(begun)});
    else if (mine != streams_.end() && begun.empty())
        streams_.erase(mine);
}

void recorder::hand_on(record&& subject) {
    subject.n = next_++;
    clean(subject);
    if (std::holds_alternative<tcp_closed>(subject.what))
        std::erase_if(streams_, [&](const stream& one) { return one.conn == subject.conn; });
    for (const auto& receive : sinks_)
        receive(subject);
}

} // namespace rhombus::transcript
