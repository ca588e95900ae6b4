#include "case_run.hpp"

#include "child_process.hpp"
#include "clocks.hpp"
#include "environment.hpp"
#include "input_error.hpp"
#include "journal_reader.hpp"
#include "judge.hpp"
#include "merge.hpp"

#include <rhombus/transcript/file.hpp>
#include <rhombus/transcript/recorder.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <random>
#include <utility>

namespace rhombus::scenario {

namespace {

using namespace std::chrono_literals;
using transcript::origin;
using transcript::record;

constexpr auto one_look = 50ms;
constexpr auto between_judgements = 250ms;
constexpr auto between_samples = 1s;
/// How long what a window counts from may take to happen.
constexpr std::chrono::nanoseconds patience = 45s;
constexpr auto stop_limit = 10500ms;
constexpr auto farewell_limit = 1s;
constexpr int unsupported = 89;
constexpr std::uint64_t most_lines = 20'000;

std::string canary_key() {
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::size_t length = 22;
    std::random_device source;
    std::uniform_int_distribution<std::size_t> any{0, letters.size() - 1};
    std::string key;
    while (key.size() < length)
        key += letters[any(source)];
    return key;
}

/// One case while it runs: the client's process, the journal, and what the runner records itself.
class running_case {
public:
    running_case(const test_case& what, const run_setting& how, std::filesystem::path folder)
        : what_{what}, how_{how}, folder_{std::move(folder)}, control_{how.control_url},
          key_{canary_key()}, listener_{control_.start(request())}, journal_{listener_.journal},
          recorder_{now, secrets()} {
        recorder_.add_sink([this](const record& one) { own_.push_back(one); });
        recorder_.add(0, origin::tool, transcript::header{.schema = "rhombus/transcript/1"});
    }
    running_case(const running_case&) = delete;
    running_case& operator=(const running_case&) = delete;
    ~running_case() {
        if (ended_)
            return;
        try {
            control_.end(listener_.id);
        } catch (const harness_error&) {
            // What brought us here is told; the mock server ends with us anyway.
            ended_ = true;
        }
    }

    void run(const std::stop_token& stop) {
        start_client();
        while (!stop.stop_requested() && !client_->status() && !all_windows_passed())
            look();
        end_client();
        wait_for_farewell();
        control_.end(listener_.id);
        ended_ = true;
        journal_.read_more();
        if (!journal_.complete())
            throw harness_error{"the journal of the mock server is not complete"};
    }

    [[nodiscard]] std::vector<record> records() const { return merge(journal_.records(), own_); }

    [[nodiscard]] bool said_unsupported() const { return exit_ && exit_->code == unsupported; }

    [[nodiscard]] judgement judged_by() const {
        return {.with = {.profile = how_.profile,
                         .client = how_.client.traits,
                         .organization = listener_.organization},
                .faults = what_.scenario->faults,
                .lag = how_.lag(),
                .started = std::chrono::nanoseconds{started_.t_ns}};
    }

private:
    [[nodiscard]] scenario_request request() const {
        return {.file = std::filesystem::absolute(what_.scenario->path).string(),
                .seed = what_.seed,
                .framing = what_.framing,
                .api_key = key_,
                .journal = (folder_ / "journal.jsonl").string(),
                .plain = how_.transport == transport::plain};
    }
    [[nodiscard]] transcript::redactor secrets() const {
        transcript::redactor made;
        made.add("api-key", key_);
        return made;
    }

    void start_client() {
        const auto run_folder = folder_ / "run";
        std::filesystem::create_directory(run_folder);
        const client_target target{listener_, key_, folder_};
        auto made = child_process::start({.argv = argv_for(how_.client, target),
                                          .environment = environment_for(how_.client, target),
                                          .folder = run_folder});
        if (!made)
            throw harness_error{made.error()};
        client_.emplace(*std::move(made));
        started_ = now();
        const auto argv0 = std::filesystem::path{how_.client.argv.front()}.filename().string();
        recorder_.add(0, origin::tool, transcript::process_started{argv0, client_->pid()});
    }

    /// Takes in what has happened: output, journal, and once a second a sample.
    void look() {
        client_->read_output(one_look, [this](output_stream stream, std::string_view line) {
            take_line(stream, line);
        });
        journal_.read_more();
        const std::chrono::nanoseconds moment{now().t_ns};
        if (moment < next_sample_)
            return;
        next_sample_ = moment + between_samples;
        if (const auto usage = client_->usage())
            recorder_.add(0, origin::tool,
                          transcript::process_sample{usage->rss_octets, usage->cpu_ms,
                                                     usage->descriptors, usage->threads});
    }

    void take_line(output_stream stream, std::string_view line) {
        if (++lines_ > most_lines)
            return;
        const auto from_out = stream == output_stream::out;
        const auto event = from_out && how_.client.traits.level == rules::client_level::l1 &&
                           line.starts_with('{') && nlohmann::json::accept(line);
        if (event)
            recorder_.add(0, origin::client, transcript::client_event{std::string{line}});
        else
            recorder_.add(
                0, origin::client,
                transcript::process_output{from_out ? "stdout" : "stderr", std::string{line}});
    }

    [[nodiscard]] bool all_windows_passed() {
        const std::chrono::nanoseconds moment{now().t_ns};
        if (moment < next_judgement_)
            return false;
        next_judgement_ = moment + between_judgements;
        const auto run = transcript::read_history(records());
        const auto how = judged_by();
        const auto& wanted = what_.scenario->expectations;
        return std::all_of(wanted.begin(), wanted.end(), [&](const expectation& one) {
            const auto end =
                window_end(one, run, how).value_or(how.started + patience + one.window.fixed);
            return moment >= end || settled(one, run, how);
        });
    }

    void end_client() {
        if (!client_->status()) {
            recorder_.add(0, origin::tool, transcript::note{std::string{transcript::stop_request}});
            client_->signal(SIGTERM);
            const auto limit = now().t_ns + std::chrono::nanoseconds{stop_limit}.count();
            while (!client_->status() && now().t_ns < limit)
                look();
        }
        if (!client_->status()) {
            recorder_.add(0, origin::tool, transcript::note{"the client had to be killed"});
            client_->signal(SIGKILL);
            while (!client_->status())
                look();
        }
        exit_ = client_->status();
        recorder_.add(0, origin::tool, transcript::process_exited{exit_->code, exit_->signal});
        client_->signal(SIGKILL); // children that it left behind
        look();
        if (lines_ > most_lines)
            recorder_.add(
                0, origin::tool,
                transcript::drop{lines_ - most_lines, "lines of output beyond the bound"});
    }

    /// The server may see the end of the client's connections a little later than we its exit.
    void wait_for_farewell() {
        const auto limit = now().t_ns + std::chrono::nanoseconds{farewell_limit}.count();
        while (now().t_ns < limit) {
            journal_.read_more();
            const auto run = transcript::read_history(journal_.records());
            const auto closed = std::all_of(run.connections.begin(), run.connections.end(),
                                            [](const auto& one) { return one.closed.has_value(); });
            if (closed)
                return;
            std::this_thread::sleep_for(one_look);
        }
    }

    const test_case& what_;
    const run_setting& how_;
    std::filesystem::path folder_;
    control control_;
    std::string key_;
    scenario_listener listener_;
    journal_reader journal_;
    std::vector<record> own_;
    transcript::recorder recorder_;
    std::optional<child_process> client_;
    std::optional<exit_status> exit_;
    transcript::stamp started_;
    std::chrono::nanoseconds next_judgement_{0};
    std::chrono::nanoseconds next_sample_{0};
    std::uint64_t lines_ = 0;
    bool ended_ = false;
};

std::string folder_name(const std::string& id) {
    std::string name;
    for (const auto letter : id)
        name += letter == '/' || letter == ' ' || letter == '[' || letter == ']' ? '_' : letter;
    return name;
}

std::vector<rules::finding> findings_of(const test_case& what, const running_case& ran,
                                        std::span<const record> records) {
    const auto run = transcript::read_history(records);
    const auto how = ran.judged_by();
    std::vector<rules::finding> findings;
    for (const auto& wanted : what.scenario->expectations) {
        findings.push_back(judge(wanted, run, how));
        if (!ran.said_unsupported())
            continue;
        findings.back().verdict = rules::verdict::not_applicable;
        findings.back().message = "the client said that it does not support this (exit 89)";
    }
    return findings;
}

void write_transcript(const std::filesystem::path& path, std::span<const record> records) {
    auto file = transcript::file_writer::open(path, transcript::flushing::each_second);
    if (!file)
        throw harness_error{file.error().message};
    for (const auto& one : records)
        file->write(one);
    file->flush();
    if (!file->failure().empty())
        throw harness_error{file->failure()};
}

/// The set-up failed: every expectation is `error`, never the client's fault.
std::vector<rules::finding> errors_for(const test_case& what, const std::string& why) {
    std::vector<rules::finding> findings;
    for (const auto& wanted : what.scenario->expectations)
        findings.push_back({.id = wanted.requirement.empty() ? wanted.fact : wanted.requirement,
                            .verdict = rules::verdict::error,
                            .message = why});
    return findings;
}

} // namespace

std::string test_case::id() const {
    return scenario->framings.size() == 1 ? scenario->id
                                          : fmt::format("{} [{}]", scenario->id, framing);
}

case_result run_case(const test_case& what, const run_setting& how, const std::stop_token& stop) {
    case_result made{.id = what.id(), .findings = {}, .transcript = {}};
    const auto begun = now();
    try {
        const auto folder = how.work_folder / folder_name(made.id);
        std::filesystem::create_directories(folder);
        running_case ran{what, how, folder};
        ran.run(stop);
        const auto records = ran.records();
        made.transcript = folder / "transcript.jsonl";
        write_transcript(made.transcript, records);
        made.findings = findings_of(what, ran, records);
    } catch (const std::exception& failure) {
        made.findings = errors_for(what, failure.what());
    }
    made.verdict = rules::verdict::not_applicable;
    for (const auto& finding : made.findings)
        made.verdict = worse(made.verdict, finding.verdict);
    made.duration = std::chrono::nanoseconds{now().t_ns - begun.t_ns};
    return made;
}

} // namespace rhombus::scenario
