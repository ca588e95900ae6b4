#include <rhombus/report/doctor_report.hpp>
#include <rhombus/report/escape.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace rhombus::report {
namespace {

using namespace diagnosis;

enum class ink : std::uint8_t { plain, bold, dim, green, yellow, red };

class page {
public:
    explicit page(const text_style& style) : style_{style} {}

    [[nodiscard]] std::string inked(ink colour, std::string_view text) const;
    [[nodiscard]] std::string_view mark(status value) const;
    [[nodiscard]] static ink ink_of(status value) noexcept;
    /// Adds a paragraph, wrapped at the page's width; later lines are indented alike.
    void paragraph(std::string_view lead, std::string_view text);
    void line(std::string_view text = {}) { out_ += fmt::format("{}\n", text); }
    [[nodiscard]] bool shows(report::detail wanted) const noexcept {
        return style_.detail >= wanted;
    }
    [[nodiscard]] std::string take() && { return std::move(out_); }

private:
    static constexpr std::size_t width = 100;
    text_style style_;
    std::string out_;
};

std::string page::inked(ink colour, std::string_view text) const {
    static constexpr std::array codes{"", "1", "2", "32", "33", "31"};
    if (style_.colour == colour::none || colour == ink::plain)
        return std::string{text};
    return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(colour)], text);
}

std::string_view page::mark(status value) const {
    static constexpr std::array<std::string_view, 5> unicode{"✓", "!", "✗", "–", "?"};
    static constexpr std::array<std::string_view, 5> ascii{"ok", "!!", "XX", "--", "??"};
    const auto i = static_cast<std::size_t>(value);
    return style_.glyphs == glyphs::unicode ? unicode[i] : ascii[i];
}

ink page::ink_of(status value) noexcept {
    static constexpr std::array inks{ink::green, ink::yellow, ink::red, ink::dim, ink::yellow};
    return inks[static_cast<std::size_t>(value)];
}

/// Code points, not octets: close enough to columns for the texts we write.
std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

void page::paragraph(std::string_view lead, std::string_view text) {
    const auto indent = columns(lead);
    std::string current{lead};
    auto used = indent;
    bool fresh = true;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        const auto word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!fresh && used + 1 + columns(word) > width) {
            line(current);
            current = std::string(indent, ' ');
            used = indent;
            fresh = true;
        }
        current += fresh ? "" : " ";
        current += word;
        used += columns(word) + (fresh ? 0 : 1);
        fresh = false;
    }
    line(current);
}

std::string duration_text(std::int64_t ms) {
    return ms < 1000 ? fmt::format("{} ms", ms)
                     : fmt::format("{:.1f} s", static_cast<double>(ms) / 1000.0);
}

void write_head(page& out, const doctor_report& subject) {
    out.line(
        fmt::format("rhombus-doctor {}  {}  {}", subject.version, subject.system, subject.started));
    if (!subject.api_url.empty())
        out.line("  REST       " + visible(subject.api_url));
    out.line("  WebSocket  " + visible(subject.ws_url));
    if (out.shows(report::detail::facts)) {
        for (const auto& one : subject.identity) {
            out.line(fmt::format("  {:<10} {}  ({})", one.name, visible(one.value),
                                 visible(one.source)));
            for (const auto& source : one.shadowed)
                out.line(fmt::format("  {:<10} shadows {}", "", visible(source)));
        }
    }
    out.line();
}

std::string summary_of(const check_result& check) {
    if (check.status == status::skip && check.blocked_by)
        return fmt::format("skipped: needs {}", *check.blocked_by);
    for (const auto& found : check.findings) {
        if (found.status == check.status)
            return fmt::format("{}  {}", found.id, visible(found.message));
    }
    return visible(check.reason);
}

void write_check(page& out, const check_result& check) {
    // Padded before it is inked: escape sequences have no width.
    const auto mark = out.inked(page::ink_of(check.status), out.mark(check.status));
    const auto time = check.status == status::skip ? "" : duration_text(check.duration_ms);
    const auto name = fmt::format("{:<16} {:>8}  ", check.id, time);
    const auto shown =
        check.status == status::skip ? out.inked(ink::dim, summary_of(check)) : summary_of(check);
    out.line(fmt::format("  {} {}{}", mark, name, shown));
    if (!out.shows(report::detail::facts))
        return;
    for (const auto& seen : check.evidence)
        out.paragraph(
            fmt::format("      [{}] ", seen.n),
            fmt::format("{} ({}, {})", visible(seen.text), seen.probe, to_word(seen.grade)));
}

void write_warnings(page& out, const doctor_report& subject) {
    for (const auto& check : subject.checks) {
        for (const auto& found : check.findings) {
            if (found.status == status::warn)
                out.paragraph(fmt::format("warning {}: ", found.id), visible(found.message));
        }
    }
}

const evidence* find_evidence(const doctor_report& subject, std::size_t n) {
    for (const auto& check : subject.checks) {
        for (const auto& seen : check.evidence) {
            if (seen.n == n)
                return &seen;
        }
    }
    return nullptr;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words)
        out += (out.empty() ? "" : ", ") + word;
    return out;
}

/// The codes one by one when facts are asked for; else the checks that passed and so exclude them.
std::string excluded_text(const page& out, const doctor_report& subject) {
    std::vector<std::string> words;
    if (out.shows(report::detail::facts)) {
        for (const auto& one : subject.verdict.excluded)
            words.push_back(fmt::format("{} by [{}]", one.code, one.by));
        return joined(words);
    }
    for (const auto& check : subject.checks) {
        if (check.status == status::pass && !check.rules_out.empty())
            words.push_back(check.id);
    }
    return words.empty() ? joined(words) : "what would fail " + joined(words);
}

std::string title_of(const doctor_report& subject) {
    const auto& reached = subject.verdict;
    if (reached.code)
        return fmt::format("{} ({})", *reached.code, to_word(reached.certainty));
    return subject.interrupted ? "INTERRUPTED" : "HEALTHY";
}

void write_cause(page& out, const doctor_report& subject) {
    const auto& reached = subject.verdict;
    std::string_view lead = "  because: ";
    for (const auto n : reached.because) {
        const auto* seen = find_evidence(subject, n);
        if (seen == nullptr)
            continue;
        out.paragraph(lead, fmt::format("[{}] {}", n, visible(seen->text)));
        lead = "           ";
    }
    if (!reached.also_possible.empty())
        out.paragraph("  also possible: ", joined(reached.also_possible));
    if (!reached.excluded.empty())
        out.paragraph("  ruled out: ", excluded_text(out, subject));
}

void write_verdict(page& out, const doctor_report& subject) {
    const auto& reached = subject.verdict;
    static constexpr std::array inks{ink::green, ink::red, ink::yellow};
    out.line(out.inked(inks[static_cast<std::size_t>(reached.status)], title_of(subject)));
    out.paragraph("  ", visible(reached.message, 1000));
    if (reached.code)
        write_cause(out, subject);
    for (std::size_t i = 0; i < reached.fix.size(); ++i)
        out.paragraph(i == 0 ? "  fix: " : "       ", visible(reached.fix[i]));
    if (reached.status == health::healthy)
        out.paragraph("  next: ", "compare what your client sends with this run: record both with "
                                  "`--log FILE`, or run your client under `rhombus-scenario`.");
}

} // namespace

std::string to_text(const doctor_report& subject, const text_style& style) {
    page out{style};
    if (subject.occasion == occasion::demo)
        out.line(out.inked(ink::bold, "DEMO: this is the bundled mock server, not your account."));
    if (out.shows(report::detail::normal)) {
        write_head(out, subject);
        for (const auto& check : subject.checks)
            write_check(out, check);
        out.line();
        write_warnings(out, subject);
    }
    write_verdict(out, subject);
    if (subject.interrupted)
        out.line(fmt::format("  interrupted by signal {}: the run is not complete",
                             *subject.interrupted));
    out.line(out.inked(ink::dim, fmt::format("exit {}  {}", subject.exit_code,
                                             duration_text(subject.duration_ms))));
    if (subject.occasion == occasion::demo)
        out.line(out.inked(ink::bold, "DEMO"));
    return std::move(out).take();
}

} // namespace rhombus::report
