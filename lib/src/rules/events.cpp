#include "observations.hpp"
#include "sections.hpp"
#include "tally.hpp"
#include "tolerances.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace rhombus::rules {

namespace {

constexpr std::string_view section = "events";

/// @returns the body without what allow around the JSON.
std::string_view trimmed(std::string_view body) {
    using namespace std::string_view_literals;
    constexpr auto byte_order_mark = "\xEF\xBB\xBF"sv;
    constexpr auto blank = " \t\r\n\0"sv;
    if (body.starts_with(byte_order_mark))
        body.remove_prefix(byte_order_mark.size());
    const auto begin = std::min(body.find_first_not_of(blank), body.size());
    body.remove_prefix(begin);
    return body.substr(0, body.find_last_not_of(blank) + 1);
}

std::vector<placed_frame> delivered(const connection_history& connection) {
    auto frames = frames_from(connection, origin::server);
    std::erase_if(frames, [](const auto& frame) { return frame.frame->command != "MESSAGE"; });
    return frames;
}

bool reports_trouble(const transcript::client_event& line) {
    const auto parsed = nlohmann::json::parse(line.event, nullptr, false);
    if (!parsed.is_object() || !parsed.contains("rhombus"))
        return false;
    return parsed["rhombus"] == "error" || parsed["rhombus"] == "dropped";
}

/// The server notes a frame after it was written: what the client does about it may come first.
bool follows(const at& reaction, const at& cause) {
    return between(cause, reaction) > -scheduling;
}

/// @returns where the client said something of trouble, on its event lines or on standard error.
std::optional<at> complaint_after(const at& where, const transcript::process_history& process) {
    for (const auto& event : process.events) {
        if (follows(event.where, where) && reports_trouble(event.what))
            return event.where;
    }
    for (const auto& output : process.output) {
        if (follows(output.where, where) && output.what.stream == "stderr")
            return output.where;
    }
    return std::nullopt;
}

void grade_bad_body(const connection_history& connection, const placed_frame& bad,
                    const run_history& run, tally& seen) {
    const auto left = given_up(connection, run);
    const auto until = end_of_observation(run);
    const auto dropped = left && left->n > bad.where.n && left->n < until.n &&
                         between(bad.where, *left) < tolerances::connection_kept;
    if (dropped)
        return seen.breach(level::must,
                           "the client ended the connection over a body that is no JSON",
                           {bad.where.n, left->n});
    if (const auto complaint = complaint_after(bad.where, run.process))
        return seen.held(*complaint);
    seen.breach(level::must, "a body that is no JSON was passed over in silence", {bad.where.n});
}

ruling judge_malformed(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto& connection : run.connections) {
        for (const auto& message : delivered(connection)) {
            if (!nlohmann::json::accept(trimmed(message.frame->body)))
                grade_bad_body(connection, message, run, seen);
        }
    }
    return std::move(seen).result("each body that is no JSON was reported and skipped",
                                  "no body was malformed");
}

/// @returns where the event of that body was printed.
std::optional<at> printed(const nlohmann::json& body, const at& after,
                          const transcript::process_history& process) {
    for (const auto& event : process.events) {
        if (follows(event.where, after) &&
            nlohmann::json::parse(event.what.event, nullptr, false) == body)
            return event.where;
    }
    return std::nullopt;
}

void grade_delivery(const placed_frame& message, const transcript::process_history& process,
                    tally& seen) {
    const auto body = nlohmann::json::parse(trimmed(message.frame->body), nullptr, false);
    if (!body.is_object())
        return;
    const auto line = printed(body, message.where, process);
    if (!line)
        return;
    const auto took = between(message.where, *line);
    if (took > tolerances::event_delivery + scheduling)
        seen.breach(level::must, fmt::format("an event was printed only after {}", to_text(took)),
                    {message.where.n, line->n});
    else
        seen.held(*line);
}

ruling judge_output(const run_history& run, const context& /*with*/) {
    tally seen{basis::time};
    for (const auto& line : run.process.output) {
        if (line.what.stream == "stdout")
            seen.breach(level::must, "a line of standard output is no JSON object", {line.where.n});
    }
    for (const auto& connection : run.connections) {
        for (const auto& message : delivered(connection))
            grade_delivery(message, run.process, seen);
    }
    return std::move(seen).result("each event was one line, printed at once",
                                  "no event was printed");
}

constexpr std::array rules_here{
    rule{.id = "R-901",
         .section = section,
         .title = "A body that is not JSON is reported and skipped; the connection stays",
         .source = "TG Malformed JSON",
         .needs = {need::events},
         .judge = judge_malformed},
    rule{.id = "R-908",
         .section = section,
         .title = "Machine output is one JSON object a line, flushed per event",
         .source = "client contract, level L1",
         .needs = {need::events, need::program},
         .judge = judge_output},
};

} // namespace

std::span<const rule> event_rules() {
    return rules_here;
}

} // namespace rhombus::rules
