#include <rhombus/transcript/recorder.hpp>

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
    const auto n = next_;
    hand_on({.when = now_(), .conn = conn, .from = from, .what = std::move(what)});
    return n;
}

void recorder::finish(std::string_view reason) {
    if (finished_)
        return;
    hand_on({.when = now_(),
             .what = end{.records = next_ + 1,
                         .connections = connections_,
                         .dropped = dropped_,
                         .reason = std::string{reason}}});
    finished_ = true;
}

void recorder::keep_secret(std::string_view name, std::string_view value) {
    secrets_.add(name, value);
}

void recorder::hand_on(record&& subject) {
    subject.n = next_++;
    secrets_.clean(subject);
    for (const auto& receive : sinks_)
        receive(subject);
}

} // namespace rhombus::transcript
