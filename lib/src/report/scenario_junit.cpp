#include <rhombus/report/escape.hpp>
#include <rhombus/report/scenario_report.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace rhombus::report {

namespace {

constexpr double ms_per_second = 1000;

/// @returns the text for an attribute or element: what XML cannot hold is shown, not sent.
std::string xml(std::string_view text) {
    std::string out;
    for (const auto octet : visible(text)) {
        switch (octet) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += octet;
        }
    }
    return out;
}

std::string outcome_element(const requirement_result& one) {
    if (one.verdict == "fail")
        return fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n",
                           xml(one.level), xml(one.message), xml(one.title));
    if (one.verdict == "error")
        return fmt::format("      <error type=\"harness\" message=\"{}\"/>\n", xml(one.message));
    if (one.verdict == "inconclusive" || one.verdict == "blocked" || one.verdict == "n/a")
        return fmt::format("      <skipped message=\"{}: {}\"/>\n", xml(one.verdict),
                           xml(one.message));
    if (one.verdict == "warn" || one.verdict == "info")
        return fmt::format("      <system-out>{}: {}</system-out>\n", xml(one.verdict),
                           xml(one.message));
    return {};
}

std::string test_case(const scenario_result& scenario, const requirement_result& one) {
    return fmt::format("    <testcase classname=\"{}\" name=\"{} {}\" time=\"0\">\n{}"
                       "    </testcase>\n",
                       xml(scenario.id), xml(one.id), xml(one.title), outcome_element(one));
}

struct junit_counts {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;

    void add(const scenario_result& scenario) {
        for (const auto& one : scenario.requirements) {
            const auto& verdict = one.verdict;
            ++tests;
            failures += verdict == "fail" ? 1 : 0;
            errors += verdict == "error" ? 1 : 0;
            skipped +=
                verdict == "inconclusive" || verdict == "blocked" || verdict == "n/a" ? 1 : 0;
        }
    }
    [[nodiscard]] std::string attributes() const {
        return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"", tests,
                           failures, errors, skipped);
    }
};

std::string suite(const scenario_result& scenario) {
    junit_counts counts;
    counts.add(scenario);
    std::string cases;
    for (const auto& one : scenario.requirements)
        cases += test_case(scenario, one);
    return fmt::format("  <testsuite name=\"{}\" {} time=\"{:.3f}\">\n{}  </testsuite>\n",
                       xml(scenario.id), counts.attributes(),
                       static_cast<double>(scenario.duration_ms) / ms_per_second, cases);
}

} // namespace

std::string to_junit(const scenario_report& subject) {
    junit_counts counts;
    std::string suites;
    for (const auto& scenario : subject.scenarios) {
        counts.add(scenario);
        suites += suite(scenario);
    }
    const auto& client = subject.client;
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" "
                       "tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.3f}\">\n{}"
                       "</testsuites>\n",
                       xml(client.name), counts.tests, counts.failures, counts.errors,
                       static_cast<double>(subject.duration_ms) / ms_per_second, suites);
}

} // namespace rhombus::report
