#include "pipeline.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace rhombus::doctor {
namespace {

using clock = std::chrono::steady_clock;
using diagnosis::check_result;
using diagnosis::status;

check_result describe(const check& subject) {
    check_result out;
    out.id = subject.id;
    out.stage = subject.stage;
    out.title = subject.title;
    out.guide = subject.guide;
    for (const auto code : subject.rules_out)
        out.rules_out.emplace_back(code);
    return out;
}

/// One run over the checks; numbers evidence through the whole report.
class course {
public:
    course(const std::vector<check>& checks, examination& run, const on_check& begin)
        : checks_{checks}, run_{run}, begin_{begin} {}

    std::vector<check_result> take() {
        for (auto first = checks_.begin(); first != checks_.end();) {
            const auto last = std::find_if(first, checks_.end(), [&](const check& candidate) {
                return candidate.phase != first->phase;
            });
            take_phase(first, last);
            first = last;
        }
        return std::move(results_);
    }

private:
    using position = std::vector<check>::const_iterator;

    void take_phase(position first, position last) {
        const auto begun = results_.size();
        for (auto one = first; one != last; ++one)
            results_.push_back(collect(*one));
        for (auto one = first; one != last; ++one)
            judge(*one, results_[begun + static_cast<std::size_t>(one - first)]);
    }

    /// Whether the configuration forbids to send anything.
    [[nodiscard]] bool stopped() const {
        return !results_.empty() && results_.front().status == status::fail &&
               results_.front().id == "config";
    }

    check_result collect(const check& subject) {
        auto out = describe(subject);
        if (subject.collect == nullptr || stopped() || run_.interrupted() ||
            subject.not_applicable(run_.known()) || subject.blocked_by(run_.known(), reading()))
            return out;
        if (begin_)
            begin_(subject);
        const auto started = clock::now();
        subject.collect(run_);
        reading_.reset();
        out.duration_ms =
            std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - started).count();
        return out;
    }

    void judge(const check& subject, check_result& out) {
        const auto& known = run_.known();
        if (stopped() && subject.phase != phase::configuration) {
            out.blocked_by = "config";
        } else if (run_.interrupted()) {
            out.reason = "interrupted";
        } else if (const auto why = subject.not_applicable(known)) {
            out.reason = *why;
        } else if (const auto by = subject.blocked_by(known, reading())) {
            out.blocked_by = std::string{*by};
        } else {
            number(subject.judge(known, reading()), out);
        }
    }

    /// @returns what the stream's dialogue came to; read anew only after something was collected.
    [[nodiscard]] const stream_reading& reading() {
        if (!reading_)
            reading_ = read_stream(run_.known());
        return *reading_;
    }

    /// Gives the judgement's evidence its numbers in the report.
    void number(judgement made, check_result& out) {
        const auto shift = evidence_;
        for (auto& seen : made.evidence)
            seen.n += shift;
        for (auto& found : made.findings) {
            for (auto& n : found.evidence)
                n += shift;
            for (auto& excluded : found.ruled_out)
                excluded.by += shift;
        }
        evidence_ += made.evidence.size();
        out.status = made.status;
        out.reason = std::move(made.reason);
        out.evidence = std::move(made.evidence);
        out.findings = std::move(made.findings);
    }

    const std::vector<check>& checks_;
    examination& run_;
    const on_check& begin_;
    std::optional<stream_reading> reading_; ///< Of the facts as they are.
    std::vector<check_result> results_;
    std::size_t evidence_ = 0;
};

} // namespace

std::vector<check_result> examine(const std::vector<check>& checks, examination& run,
                                  const on_check& begin) {
    return course{checks, run, begin}.take();
}

} // namespace rhombus::doctor
