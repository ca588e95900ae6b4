#include "observations.hpp"
#include "sections.hpp"
#include "tally.hpp"

#include <array>
#include <utility>

namespace rhombus::rules {

namespace {

ruling judge_key_in_output(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto& output : run.process.output) {
        if (holds_secret(output.what.line, run))
            seen.breach(level::must, "the key stood in the client's output", {output.where.n});
        else
            seen.held(output.where);
    }
    for (const auto& event : run.process.events) {
        if (holds_secret(event.what.event, run))
            seen.breach(level::must, "the key stood in an event line", {event.where.n});
        else
            seen.held(event.where);
    }
    return std::move(seen).result("the key stood in no line of output",
                                  "the client printed nothing");
}

constexpr std::array rules_here{
    rule{.id = "R-954",
         .section = "security",
         .title = "The key is in no output",
         .source = "TG 401",
         .judge = judge_key_in_output},
};

} // namespace

std::span<const rule> security_rules() {
    return rules_here;
}

} // namespace rhombus::rules
