#include <rhombus/report/doctor_report.hpp>

#include <nlohmann/json.hpp>

namespace rhombus::report {
namespace {

// Members stand in the order of the contract, hence ordered_json.
using json = nlohmann::ordered_json;
using namespace diagnosis;

json to_value(const evidence& seen);
json to_value(const finding& found);
json to_value(const check_result& check);
json to_value(const ruled_out& excluded);

template <class T>
json to_list(const std::vector<T>& values) {
    auto list = json::array();
    for (const auto& value : values)
        list.push_back(to_value(value));
    return list;
}

json to_value(const evidence& seen) {
    return {{"n", seen.n},
            {"probe", seen.probe},
            {"grade", to_word(seen.grade)},
            {"text", seen.text},
            {"records", seen.records}};
}

json to_value(const finding& found) {
    return {{"id", found.id},
            {"status", to_word(found.status)},
            {"certainty", to_word(found.certainty)},
            {"side", to_word(found.side)},
            {"message", found.message},
            {"evidence", found.evidence}};
}

json to_value(const check_result& check) {
    return {{"id", check.id},
            {"stage", check.stage},
            {"title", check.title},
            {"guide", check.guide},
            {"status", to_word(check.status)},
            {"blocked_by", check.blocked_by ? json(*check.blocked_by) : json(nullptr)},
            {"reason", check.reason},
            {"duration_ms", check.duration_ms},
            {"evidence", to_list(check.evidence)},
            {"findings", to_list(check.findings)}};
}

json to_value(const ruled_out& excluded) {
    return {{"code", excluded.code}, {"by", excluded.by}};
}

json to_value(const verdict& reached) {
    return {{"status", to_word(reached.status)},
            {"code", reached.code ? json(*reached.code) : json(nullptr)},
            {"certainty", to_word(reached.certainty)},
            {"message", reached.message},
            {"because", reached.because},
            {"ruled_out", to_list(reached.excluded)},
            {"also_possible", reached.also_possible},
            {"fix", reached.fix}};
}

json identity_of(const std::vector<setting>& settings) {
    auto out = json::object();
    for (const auto& one : settings)
        out[one.name] = {{"value", one.value}, {"source", one.source}, {"shadowed", one.shadowed}};
    return out;
}

} // namespace

std::string to_json(const doctor_report& subject) {
    const json document{
        {"schema", "rhombus/doctor-report/1"},
        {"tool", "rhombus-doctor"},
        {"version", subject.version},
        {"system", subject.system},
        {"run",
         {{"id", subject.run_id},
          {"started", subject.started},
          {"duration_ms", subject.duration_ms},
          {"complete", !subject.interrupted.has_value()},
          {"interrupted", subject.interrupted ? json(*subject.interrupted) : json(nullptr)}}},
        {"target",
         {{"api_url", subject.api_url},
          {"ws_url", subject.ws_url},
          {"demo", subject.occasion == occasion::demo}}},
        {"identity", identity_of(subject.identity)},
        {"checks", to_list(subject.checks)},
        {"verdict", to_value(subject.verdict)},
        {"exit_code", subject.exit_code}};
    // A peer's text may be ill-formed; it must not cost the document.
    return document.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

} // namespace rhombus::report
