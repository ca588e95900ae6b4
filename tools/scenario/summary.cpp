#include "summary.hpp"

#include "clocks.hpp"
#include "judge.hpp"

#include <rhombus/version.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace rhombus::scenario {

namespace {

constexpr std::string_view requirements_version = "1";
constexpr std::int64_t ns_per_ms = 1'000'000;

/// Words that a shell would change are put in quotes.
std::string quoted(const std::string& word) {
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./=:,+@";
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos)
        return word;
    std::string text = "'";
    for (const auto letter : word)
        text += letter == '\'' ? std::string{"'\\''"} : std::string{letter};
    return text + "'";
}

std::string replay_command(const test_case& what, const run_setting& how, const run_facts& facts) {
    auto command = fmt::format("rhombus-scenario run --client {} --id {} --seed {}",
                               quoted(facts.client_argument), what.scenario->id, what.seed);
    if (!facts.scenarios.empty())
        command += " --scenarios " + quoted(facts.scenarios);
    if (how.profile == rules::profile::strict)
        command += " --judge strict";
    if (how.transport == transport::plain)
        command += " --plain";
    return command;
}

report::requirement_result described(const rules::finding& finding) {
    const auto* const rule = rules::find_rule(finding.id);
    return {.id = finding.id,
            .title = rule == nullptr ? finding.id : std::string{rule->title},
            .level = std::string{rules::name_of(rule == nullptr ? finding.level : rule->level)},
            .verdict = std::string{rules::name_of(finding.verdict)},
            .opportunities = finding.opportunities,
            .message = finding.message,
            .records = finding.records};
}

report::scenario_result described(const test_case& what, const case_result& result,
                                  const run_setting& how, const run_facts& facts) {
    report::scenario_result made{.id = result.id,
                                 .title = what.scenario->title,
                                 .guide = what.scenario->guide,
                                 .verdict = std::string{rules::name_of(result.verdict)},
                                 .duration_ms = result.duration.count() / ns_per_ms,
                                 .seed = what.seed,
                                 .replay = replay_command(what, how, facts),
                                 .transcript = facts.transcripts_kept ? result.transcript.string()
                                                                      : std::string{},
                                 .requirements = {}};
    for (const auto& finding : result.findings)
        made.requirements.push_back(described(finding));
    return made;
}

std::vector<report::verdict_count> totals(const std::vector<case_result>& results) {
    std::map<std::string, rules::verdict> worst;
    std::map<rules::verdict, report::verdict_count> counts;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(rules::verdict::error); ++i) {
        const auto verdict = static_cast<rules::verdict>(i);
        counts[verdict].verdict = rules::name_of(verdict);
    }
    for (const auto& result : results) {
        ++counts[result.verdict].scenarios;
        for (const auto& finding : result.findings) {
            if (rules::find_rule(finding.id) == nullptr)
                continue;
            auto& so_far = worst.try_emplace(finding.id, finding.verdict).first->second;
            so_far = worse(so_far, finding.verdict);
        }
    }
    for (const auto& [id, verdict] : worst)
        ++counts[verdict].requirements;
    std::vector<report::verdict_count> list;
    list.reserve(counts.size());
    for (auto& [verdict, count] : counts)
        list.push_back(std::move(count));
    return list;
}

const test_case& case_with(const std::vector<test_case>& cases, const std::string& id) {
    return *std::find_if(cases.begin(), cases.end(),
                         [&](const test_case& one) { return one.id() == id; });
}

std::string run_id(const transcript::stamp& started) {
    return fmt::format("{:x}", started.wall_ms) + fmt::format("-{:06x}", started.t_ns & 0xFFFFFF);
}

std::size_t count_of(const report::scenario_report& subject, std::string_view verdict) {
    std::size_t count = 0;
    for (const auto& scenario : subject.scenarios) {
        count += static_cast<std::size_t>(
            std::count_if(scenario.requirements.begin(), scenario.requirements.end(),
                          [&](const auto& one) { return one.verdict == verdict; }));
    }
    return count;
}

/// @returns in how many cases a MUST stayed without a verdict.
std::size_t undecided(const report::scenario_report& subject) {
    const auto open = [](const report::requirement_result& one) {
        return one.level == "MUST" && (one.verdict == "inconclusive" || one.verdict == "blocked");
    };
    return static_cast<std::size_t>(std::count_if(
        subject.scenarios.begin(), subject.scenarios.end(), [&](const auto& scenario) {
            return std::any_of(scenario.requirements.begin(), scenario.requirements.end(), open);
        }));
}

} // namespace

report::scenario_report summarize(const std::vector<test_case>& cases,
                                  const std::vector<case_result>& results, const run_setting& how,
                                  const run_facts& facts) {
    const auto& client = how.client;
    report::scenario_report made{
        .version = std::string{rhombus::version},
        .requirements_version = std::string{requirements_version},
        .client = {.name = client.name,
                   .version = client.version,
                   .kind =
                       client.traits.kind == rules::client_kind::library ? "library" : "program",
                   .level = client.traits.level == rules::client_level::l1 ? "L1" : "L0",
                   .argv = client.argv},
        .run_id = run_id(facts.started),
        .started = wall_text(facts.started.wall_ms),
        .duration_ms = (facts.ended.t_ns - facts.started.t_ns) / ns_per_ms,
        .judged_by = how.profile == rules::profile::strict ? "strict" : "vendor",
        .lag_ms = facts.lag.count() / ns_per_ms,
        .totals = totals(results),
        .scenarios = {}};
    for (const auto& result : results)
        made.scenarios.push_back(described(case_with(cases, result.id), result, how, facts));
    return made;
}

int exit_code(const report::scenario_report& subject, const exit_policy& policy) {
    constexpr int failed = 1;
    constexpr int harness_failed = 3;
    constexpr int without_verdict = 4;
    constexpr int nothing_selected = 6;
    if (count_of(subject, "error") > 0)
        return harness_failed;
    const auto warned = policy.fails == failing::on_warn ? count_of(subject, "warn") : 0;
    if (count_of(subject, "fail") + warned > 0)
        return failed;
    if (subject.scenarios.empty())
        return nothing_selected;
    return undecided(subject) > policy.most_inconclusive ? without_verdict : 0;
}

} // namespace rhombus::scenario
