#include <rhombus/report/scenario_report.hpp>

#include <nlohmann/json.hpp>

namespace rhombus::report {

namespace {

using json = nlohmann::ordered_json;

json requirement_json(const requirement_result& one) {
    return {{"id", one.id},           {"level", one.level},
            {"verdict", one.verdict}, {"opportunities", one.opportunities},
            {"message", one.message}, {"records", one.records}};
}

json scenario_json(const scenario_result& one) {
    json out{{"id", one.id},
             {"title", one.title},
             {"guide", one.guide},
             {"verdict", one.verdict},
             {"duration_ms", one.duration_ms},
             {"seed", one.seed},
             {"replay", one.replay},
             {"flaky", one.flaky}};
    if (!one.transcript.empty())
        out["transcript"] = one.transcript;
    auto& requirements = out["requirements"] = json::array();
    for (const auto& requirement : one.requirements)
        requirements.push_back(requirement_json(requirement));
    return out;
}

json totals_json(const std::vector<verdict_count>& totals) {
    json scenarios = json::object();
    json requirements = json::object();
    for (const auto& count : totals) {
        scenarios[count.verdict] = count.scenarios;
        requirements[count.verdict] = count.requirements;
    }
    return {{"scenarios", std::move(scenarios)}, {"requirements", std::move(requirements)}};
}

} // namespace

std::string to_json(const scenario_report& subject) {
    const auto& client = subject.client;
    json out{{"schema", "rhombus/scenario-report/1"},
             {"tool", "rhombus-scenario"},
             {"version", subject.version},
             {"requirements_version", subject.requirements_version},
             {"client",
              {{"name", client.name},
               {"version", client.version},
               {"kind", client.kind},
               {"level", client.level},
               {"argv", client.argv}}},
             {"run",
              {{"id", subject.run_id},
               {"started", subject.started},
               {"duration_ms", subject.duration_ms},
               {"judge", subject.judged_by}}},
             {"host", {{"lag", {{"max_ms", subject.lag_ms}}}}},
             {"totals", totals_json(subject.totals)}};
    auto& scenarios = out["scenarios"] = json::array();
    for (const auto& one : subject.scenarios)
        scenarios.push_back(scenario_json(one));
    return out.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

} // namespace rhombus::report
