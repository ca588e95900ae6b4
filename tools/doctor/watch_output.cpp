#include "watch_output.hpp"

#include "event_body.hpp"
#include "recording.hpp"

#include <rhombus/report/escape.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <unistd.h>

namespace rhombus::doctor {
namespace {

using json = nlohmann::ordered_json;
using report::visible;

constexpr std::size_t message_octets = 4096;
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

std::string loss_state(std::uint64_t count) {
    return to_line({{"rhombus", "dropped"}, {"count", count}});
}

std::string loss_text(std::uint64_t count) {
    return fmt::format("{} lines were dropped here: they were not read fast enough", count);
}

} // namespace

watch_output::watch_output(format form, transcript::recorder& log)
    : form_{form}, log_{log}, people_{STDERR_FILENO, loss_text}, lines_{STDOUT_FILENO,
                                                                        form == format::jsonl
                                                                            ? loss_state
                                                                            : loss_text} {}

watch_output::~watch_output() {
    tell_dropped(lines_.finish());
}

void watch_output::say(std::string_view for_a_person) {
    people_.add_state(fmt::format("{} {}", to_rfc3339(stamp_now().wall_ms), for_a_person));
}

void watch_output::state(std::string_view line, std::string_view for_a_person) {
    tell_dropped(lines_.take_dropped());
    say(for_a_person);
    if (form_ == format::jsonl)
        lines_.add_state(line);
}

/// The consumer is told by the queue, at the place of the loss.
void watch_output::tell_dropped(std::uint64_t count) {
    if (count == 0)
        return;
    log_.add(0, transcript::origin::tool,
             transcript::drop{.count = count, .reason = "standard output was not read in time"});
    say(fmt::format("{} lines were dropped: standard output is not read fast enough", count));
}

void watch_output::connected() {
    state(to_line({{"rhombus", "connected"}}), "connected");
}

void watch_output::subscribed() {
    state(to_line({{"rhombus", "subscribed"}}), "subscribed");
}

void watch_output::event(std::string_view kind, std::string_view key, std::string_view body) {
    tell_dropped(lines_.take_dropped());
    const auto core = trimmed(body);
    const auto defect = find_body_defect(core);
    if (defect || !core.starts_with('{'))
        return no_event(core, defect ? defect->what : "is no JSON object");
    if (form_ == format::jsonl)
        return lines_.add(on_one_line(core));
    lines_.add(fmt::format("{} {:<28} {} {}", to_rfc3339(stamp_now().wall_ms), visible(kind, 60),
                           visible(key, 40), visible(core, 400)));
}

/// There may be as many of these as events: they take no room that is kept for states.
void watch_output::no_event(std::string_view body, std::string_view defect) {
    const auto message =
        fmt::format("the body of an event {}: {}", defect, visible(body, excerpt_octets));
    people_.add(fmt::format("{} error: {}", to_rfc3339(stamp_now().wall_ms), message));
    if (form_ == format::jsonl)
        lines_.add(to_line({{"rhombus", "error"}, {"message", message}}));
}

void watch_output::closed(int code, std::string_view reason, std::string_view cause) {
    state(to_line({{"rhombus", "closed"}, {"code", code}, {"reason", reason}, {"cause", cause}}),
          fmt::format("closed: {}, code {}{}", visible(cause), code,
                      reason.empty() ? "" : " “" + visible(reason, 123) + "”"));
}

void watch_output::error(std::string_view message) {
    message = message.substr(0, message_octets); // A server may say much in an ERROR.
    state(to_line({{"rhombus", "error"}, {"message", message}}),
          fmt::format("error: {}", visible(message)));
}

void watch_output::notice(std::string_view text) {
    say(fmt::format("note: {}", visible(text)));
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
