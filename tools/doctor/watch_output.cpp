#include "watch_output.hpp"

#include "event_body.hpp"
#include "recording.hpp"

#include <rhombus/report/escape.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace rhombus::doctor {
namespace {

using json = nlohmann::ordered_json;
using report::visible;

/// The guide's own number for a bounded queue (High Memory Usage Over Time).
constexpr std::size_t queue_limit = 1000;
constexpr std::chrono::seconds ending_patience{1};
constexpr std::size_t excerpt_octets = 120;

/// The guides' tolerance: NULs, blanks and a byte order mark around the JSON.
std::string_view trimmed(std::string_view body) {
    using namespace std::string_view_literals;
    constexpr auto around = "\0 \t\r\n"sv;
    if (body.starts_with("\xEF\xBB\xBF"))
        body.remove_prefix(3);
    const auto first = body.find_first_not_of(around);
    if (first == std::string_view::npos)
        return {};
    return body.substr(first, body.find_last_not_of(around) - first + 1);
}

/// JSON has line breaks only between its tokens.
std::string on_one_line(std::string_view text) {
    std::string line{text};
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return line;
}

std::string to_line(const json& state) {
    return state.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace

line_queue::line_queue(std::size_t limit)
    : limit_{limit}, shared_{std::make_shared<shared>()}, writer_{[with = shared_] {
          write_lines(*with);
      }} {}

line_queue::~line_queue() {
    std::unique_lock lock{shared_->mutex};
    shared_->ending = true;
    shared_->changed.notify_all();
    const bool written = shared_->changed.wait_for(
        lock, ending_patience, [&] { return shared_->lines.empty() && shared_->idle; });
    shared_->lines.clear();
    lock.unlock();
    if (written)
        writer_.join();
    else
        writer_.detach(); // Stuck in a write that the reader never takes; the process ends now.
}

void line_queue::add(std::string line) {
    const std::lock_guard lock{shared_->mutex};
    if (shared_->lines.size() >= limit_) {
        ++dropped_;
        return;
    }
    shared_->lines.push_back(std::move(line));
    shared_->changed.notify_all();
}

std::size_t line_queue::take_dropped() {
    const std::lock_guard lock{shared_->mutex};
    // Told only when it can be: a full queue would drop the telling as well.
    return shared_->lines.size() < limit_ / 2 ? std::exchange(dropped_, 0) : 0;
}

void line_queue::write_lines(shared& with) {
    std::unique_lock lock{with.mutex};
    for (;;) {
        with.changed.wait(lock, [&] { return !with.lines.empty() || with.ending; });
        if (with.lines.empty())
            return;
        const auto line = std::move(with.lines.front()) + '\n';
        with.lines.pop_front();
        with.idle = false;
        lock.unlock();
        std::fwrite(line.data(), 1, line.size(), stdout);
        std::fflush(stdout);
        lock.lock();
        with.idle = true;
        with.changed.notify_all();
    }
}

watch_output::watch_output(format form) : form_{form}, lines_{queue_limit} {}

void watch_output::state(std::string line, std::string_view for_a_person) {
    tell_dropped();
    const auto now = to_rfc3339(stamp_now().wall_ms);
    fmt::print(stderr, "{} {}\n", now, for_a_person);
    if (form_ == format::jsonl)
        lines_.add(std::move(line));
}

void watch_output::tell_dropped() {
    const auto count = lines_.take_dropped();
    if (count == 0)
        return;
    fmt::print(stderr, "{} events were dropped: the output is not read fast enough\n", count);
    if (form_ == format::jsonl)
        lines_.add(to_line({{"rhombus", "dropped"}, {"count", count}}));
}

void watch_output::connected() {
    state(to_line({{"rhombus", "connected"}}), "connected");
}

void watch_output::subscribed() {
    state(to_line({{"rhombus", "subscribed"}}), "subscribed");
}

void watch_output::event(std::string_view kind, std::string_view key, std::string_view body) {
    tell_dropped();
    const auto core = trimmed(body);
    const auto defect = find_body_defect(core);
    if (defect || !core.starts_with('{')) {
        const auto what = defect ? defect->what : std::string{"is no JSON object"};
        return error(
            fmt::format("the body of an event {}: {}", what, visible(body, excerpt_octets)));
    }
    if (form_ == format::jsonl)
        return lines_.add(on_one_line(core));
    lines_.add(fmt::format("{} {:<28} {} {}", to_rfc3339(stamp_now().wall_ms), visible(kind, 60),
                           visible(key, 40), visible(core, 400)));
}

void watch_output::closed(int code, std::string_view reason, std::string_view cause) {
    state(to_line({{"rhombus", "closed"}, {"code", code}, {"reason", reason}, {"cause", cause}}),
          fmt::format("closed: {}, code {}{}", visible(cause), code,
                      reason.empty() ? "" : " “" + visible(reason, 123) + "”"));
}

void watch_output::error(std::string_view message) {
    state(to_line({{"rhombus", "error"}, {"message", message}}),
          fmt::format("error: {}", visible(message)));
}

void watch_output::gave_up(std::string_view reason) {
    state(to_line({{"rhombus", "gave-up"}, {"reason", reason}}),
          fmt::format("gave up: {}", visible(reason)));
}

void watch_output::gap(std::int64_t from_wall_ms, std::int64_t to_wall_ms) {
    const auto from = to_rfc3339(from_wall_ms);
    const auto to = to_rfc3339(to_wall_ms);
    state(to_line({{"rhombus", "gap"}, {"from", from}, {"to", to}}),
          fmt::format("events between {} and {} may be missing", from, to));
}

} // namespace rhombus::doctor
