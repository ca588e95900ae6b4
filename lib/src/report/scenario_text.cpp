#include <rhombus/report/escape.hpp>
#include <rhombus/report/scenario_report.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace rhombus::report {

namespace {

// What can be copied is shown whole.
constexpr std::size_t longest_path = 4096;
constexpr std::size_t longest_command = std::size_t{64} << 10U;

bool worth_telling(const std::string& verdict) {
    return verdict != "pass" && verdict != "n/a" && verdict != "info";
}

std::string counted(const scenario_report& subject) {
    std::string text;
    for (const auto& count : subject.totals) {
        if (count.requirements > 0)
            text +=
                fmt::format("{}{} {}", text.empty() ? "" : ", ", count.requirements, count.verdict);
    }
    return text.empty() ? "none judged" : text;
}

std::string told(const scenario_result& one) {
    auto text = fmt::format("{:<13} {}  ({:.1f} s)\n", one.verdict, visible(one.id),
                            static_cast<double>(one.duration_ms) / 1000);
    const auto trouble = std::any_of(one.requirements.begin(), one.requirements.end(),
                                     [](const auto& each) { return worth_telling(each.verdict); });
    for (const auto& requirement : one.requirements) {
        if (worth_telling(requirement.verdict))
            text += fmt::format("    {:<12} {} {}: {}\n                 what should be: {}\n",
                                requirement.verdict, requirement.id, requirement.level,
                                visible(requirement.message), requirement.title);
    }
    if (trouble && !one.transcript.empty())
        text += fmt::format("    transcript   {}\n", visible(one.transcript, longest_path));
    if (trouble)
        text += fmt::format("    again        {}\n", visible(one.replay, longest_command));
    return text;
}

} // namespace

std::string to_text(const scenario_report& subject) {
    auto text =
        fmt::format("{} {}, judged {}: {} scenarios in {:.1f} s\n", visible(subject.client.name),
                    visible(subject.client.version), subject.judged_by, subject.scenarios.size(),
                    static_cast<double>(subject.duration_ms) / 1000);
    text += fmt::format("requirements: {}\n\n", counted(subject));
    for (const auto& one : subject.scenarios)
        text += told(one);
    return text;
}

} // namespace rhombus::report
