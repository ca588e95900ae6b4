// The input is what a peer said, or a file that somebody sent: it comes to stand in every field of
// both reports whose words are not ours.
#include "expect.hpp"
#include "input.hpp"

#include <rhombus/report/doctor_report.hpp>
#include <rhombus/report/escape.hpp>
#include <rhombus/report/scenario_report.hpp>
#include <rhombus/utf8.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <limits>

namespace rhombus::fuzz {
namespace {

/// Nothing that moves a cursor or the order of text; LF where lines are made of it.
void expect_shown_safely(std::string_view text, std::string_view allowed) {
    expect(well_formed_utf8(text), "what is shown is UTF-8");
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto octet = static_cast<unsigned char>(text[i]);
        const auto control = octet < 0x20 || octet == 0x7F;
        expect(!control || allowed.find(text[i]) != std::string_view::npos,
               "no control octet is shown");
        const auto two = text.substr(i, 2);
        expect(two < "\xC2\x80" || two > "\xC2\x9F" || two.size() < 2,
               "no control character of two octets is shown");
    }
    for (const auto* const mover : {"\u200B", "\u200E", "\u200F", "\u202A", "\u202E", "\u2028",
                                    "\u2066", "\u2069", "\uFEFF", "\u061C"})
        expect(text.find(mover) == std::string_view::npos, "nothing changes the order of text");
}

void expect_visible(std::string_view said) {
    constexpr auto whole = std::numeric_limits<std::size_t>::max();
    const auto shown = report::visible(said, whole);
    expect_shown_safely(shown, "");
    expect(report::visible(shown, whole) == shown, "what is safe stays");
    expect(shown.size() <= 10 * said.size(), "escaping is bounded");
    constexpr std::size_t limit = 16;
    const auto cut = report::visible(said, limit);
    expect_shown_safely(cut, "");
    expect(cut.ends_with("…") || said.size() <= limit + 3, "what was cut says so");
    expect(cut.size() <= 10 * (limit + 4), "what was cut is short");
}

report::doctor_report doctor_report_saying(const std::string& said) {
    diagnosis::check_result check;
    check.id = "tls";
    check.reason = said;
    check.status = diagnosis::status::fail;
    check.evidence.push_back({.n = 1, .probe = check.id, .text = said, .records = {1}});
    diagnosis::finding found;
    found.id = "TLS-EXPIRED";
    found.message = said;
    found.evidence = {1};
    found.fix = {said};
    check.findings = {found};
    auto warned = check;
    warned.status = warned.findings.front().status = diagnosis::status::warn;

    report::doctor_report subject;
    subject.api_url = subject.ws_url = said;
    subject.identity = {{"organization", said, said, {said}}};
    subject.checks = {check, warned};
    subject.verdict.status = diagnosis::health::problem;
    subject.verdict.code = found.id;
    subject.verdict.message = said;
    subject.verdict.because = {1};
    subject.verdict.fix = {said};
    return subject;
}

void expect_json(const std::string& document) {
    expect(well_formed_utf8(document), "JSON is UTF-8");
    expect(nlohmann::json::accept(document), "JSON is well-formed");
}

void expect_doctor_reports(const std::string& said) {
    const auto subject = doctor_report_saying(said);
    expect_json(to_json(subject));
    for (const auto detail : {report::detail::quiet, report::detail::normal, report::detail::facts,
                              report::detail::frames}) {
        expect_shown_safely(to_text(subject, {.detail = detail}), "\n");
        const report::text_style coloured{
            .colour = report::colour::ansi, .glyphs = report::glyphs::unicode, .detail = detail};
        expect_shown_safely(to_text(subject, coloured), "\n\x1B");
    }
}

report::scenario_report scenario_report_saying(const std::string& said) {
    report::scenario_result result;
    result.id = result.title = result.guide = said;
    result.replay = result.transcript = said;
    result.verdict = "fail";
    for (const auto* const verdict :
         {"pass", "warn", "fail", "error", "inconclusive", "blocked", "n/a", "info"}) {
        report::requirement_result one;
        one.id = "R-403";
        one.level = "MUST";
        one.message = said;
        one.verdict = verdict;
        result.requirements.push_back(one);
    }
    report::scenario_report subject;
    subject.client = {.name = said, .version = said, .kind = said, .level = said, .argv = {said}};
    subject.totals = {{"fail", 1, 1}};
    subject.scenarios = {result};
    return subject;
}

/// Only our elements and the five entities: nothing said became markup.
void expect_xml(std::string_view document) {
    expect_shown_safely(document, "\n");
    constexpr std::array<std::string_view, 13> tags{
        "?xml ",     "testsuites ", "/testsuites>", "testsuite ", "/testsuite>",
        "testcase ", "/testcase>",  "failure ",     "/failure>",  "error ",
        "skipped ",  "system-out>", "/system-out>"};
    constexpr std::array<std::string_view, 5> entities{"amp;", "lt;", "gt;", "quot;", "apos;"};
    const auto begins_with_one_of = [](std::string_view text, const auto& words) {
        return std::ranges::any_of(words, [&](auto word) { return text.starts_with(word); });
    };
    for (std::size_t i = 0; i < document.size(); ++i) {
        if (document[i] == '<')
            expect(begins_with_one_of(document.substr(i + 1), tags), "tags are ours");
        if (document[i] == '&')
            expect(begins_with_one_of(document.substr(i + 1), entities), "entities are known");
    }
}

void run(std::string_view said) {
    expect_visible(said);
    const std::string text{said};
    expect_doctor_reports(text);
    const auto scenarios = scenario_report_saying(text);
    expect_json(to_json(scenarios));
    expect_shown_safely(to_text(scenarios), "\n");
    expect_xml(to_junit(scenarios));
}

} // namespace
} // namespace rhombus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rhombus::fuzz::run(rhombus::fuzz::input{data, size}.rest());
    return 0;
}
