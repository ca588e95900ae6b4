#include "commands.hpp"

#include "clocks.hpp"
#include "input_error.hpp"
#include "lint.hpp"
#include "output_file.hpp"
#include "suite.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mock_server/mock_server.hpp>
#include <thread>
#include <unistd.h>

namespace rhombus::scenario {

namespace {

namespace fs = std::filesystem;

constexpr int usage = 2;
constexpr int nothing_selected = 6;
constexpr int signal_base = 128;

fs::path scenarios_folder(const command_options& given) {
    if (!given.scenarios.empty())
        return given.scenarios;
    // Those installed with this program, wherever its prefix was moved to; else the source's.
    std::error_code failure;
    const auto self = fs::read_symlink("/proc/self/exe", failure);
    auto installed = self.parent_path() / RHOMBUS_INSTALLED_SCENARIOS;
    return fs::exists(installed, failure) ? installed : fs::path{RHOMBUS_SCENARIOS};
}

fs::path mock_program() {
    auto program = tools::find_mock_program();
    std::error_code failure;
    if (program.empty() || !fs::exists(program, failure))
        throw harness_error{"rhombus-mock was not found: set RHOMBUS_MOCK, or put it on PATH"};
    return fs::absolute(program);
}

/// @returns the scenarios that the schema approves. Throws input_error with all problems.
std::vector<scenario_file> load_all(const std::vector<fs::path>& paths) {
    if (paths.empty())
        return {};
    const auto problems = lint(mock_program(), paths);
    if (!problems.empty())
        throw input_error{fmt::format("{}", fmt::join(problems, "\n"))};
    std::vector<scenario_file> scenarios;
    scenarios.reserve(paths.size());
    for (const auto& path : paths)
        scenarios.push_back(load_scenario(path));
    return scenarios;
}

/// A folder that goes with the object, unless it was asked for.
class work_folder {
public:
    explicit work_folder(const fs::path& asked_for) : kept_{!asked_for.empty()} {
        std::error_code failure;
        if (kept_) {
            fs::create_directories(asked_for, failure);
            path_ = fs::absolute(asked_for);
        } else {
            auto pattern = (fs::temp_directory_path() / "rhombus-scenario-XXXXXX").string();
            if (::mkdtemp(pattern.data()) == nullptr)
                failure = {errno, std::generic_category()};
            path_ = pattern;
        }
        if (failure)
            throw input_error{fmt::format("{}: {}", path_.string(), failure.message())};
    }
    work_folder(const work_folder&) = delete;
    work_folder& operator=(const work_folder&) = delete;
    ~work_folder() {
        std::error_code ignored; // a left-over folder harms nobody
        if (!kept_)
            fs::remove_all(path_, ignored);
    }
    [[nodiscard]] const fs::path& path() const noexcept { return path_; }
    [[nodiscard]] bool kept() const noexcept { return kept_; }

private:
    bool kept_;
    fs::path path_;
};

/// Takes SIGINT, SIGTERM and SIGHUP out of the way of all threads started later, and waits for
/// them.
class interrupts {
public:
    interrupts() {
        ::sigemptyset(&set_);
        for (const auto number : {SIGINT, SIGTERM, SIGHUP})
            ::sigaddset(&set_, number);
        ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    }
    /// @returns the signal that came, or 0 after a short wait.
    [[nodiscard]] int wait() const {
        constexpr timespec short_wait{0, 100'000'000};
        return std::max(::sigtimedwait(&set_, nullptr, &short_wait), 0);
    }

private:
    sigset_t set_{};
};

tools::mock_server start_mock() {
    auto server = tools::mock_server::start(mock_program(), {"--events", "0"});
    if (!server)
        throw harness_error{server.error().message.empty() ? "rhombus-mock did not start"
                                                           : server.error().message};
    return *std::move(server);
}

void tell_progress(const case_result& result) {
    if (::isatty(STDERR_FILENO) != 0)
        fmt::print(stderr, "{:<13} {}\n", rules::name_of(result.verdict), result.id);
}

std::string rendered(const report::scenario_report& made, report_format format) {
    if (format == report_format::json)
        return report::to_json(made);
    return format == report_format::junit ? report::to_junit(made) : report::to_text(made);
}

int dry_run(const std::vector<test_case>& cases) {
    for (const auto& one : cases)
        fmt::print("{}\n", one.id());
    return cases.empty() ? nothing_selected : 0;
}

/// The cases on threads of their own, while this one waits for signals.
struct finished_run {
    std::vector<case_result> results;
    int signal = 0;
};

finished_run run_watched(const std::vector<test_case>& cases, const run_setting& how,
                         std::size_t jobs, const interrupts& signals) {
    finished_run made;
    std::stop_source stop;
    std::atomic<bool> done{false};
    const std::jthread runner{[&] {
        made.results = run_all(cases, how, jobs, stop.get_token(), tell_progress);
        done = true;
    }};
    while (!done) {
        if (const auto number = signals.wait(); number != 0) {
            made.signal = number;
            stop.request_stop();
        }
    }
    return made;
}

} // namespace

int run_command(const command_options& given) {
    if (given.client.empty() && given.rehearsal == rehearsal::no)
        throw input_error{"--client: expected a client's name, its file, or a command"};
    const auto clients = given.clients.empty() ? fs::path{RHOMBUS_CLIENTS} : given.clients;
    run_setting how;
    if (!given.client.empty())
        how.client = find_client(given.client, clients);
    const auto scenarios = load_all(scenario_paths(scenarios_folder(given)));
    const auto cases = cases_of(scenarios, given.wanted, given.seed);
    if (given.rehearsal == rehearsal::dry_run)
        return dry_run(cases);
    if (cases.empty()) {
        fmt::print(stderr, "nothing selected: no scenario fits\n");
        return nothing_selected;
    }

    output_file output{given.output};
    const work_folder folder{given.artifacts};
    const interrupts signals;
    const auto server = start_mock();
    const lag_probe lag;
    how.profile = given.profile;
    how.transport = given.transport;
    how.control_url = server.ready().control_url;
    how.work_folder = folder.path();
    how.lag = [&] { return lag.longest(); };

    run_facts facts{.client_argument = given.client,
                    .scenarios = given.scenarios.string(),
                    .started = now(),
                    .ended = {},
                    .transcripts_kept = folder.kept()};
    const auto ran = run_watched(cases, how, given.jobs, signals);
    facts.ended = now();
    facts.lag = lag.longest();
    if (ran.signal != 0)
        return signal_base + ran.signal;
    const auto made = summarize(cases, ran.results, how, facts);
    output.write(rendered(made, given.format));
    return exit_code(made, given.policy);
}

int list_command(const command_options& given) {
    const auto scenarios = load_all(scenario_paths(scenarios_folder(given)));
    std::size_t listed = 0;
    for (const auto& one : scenarios) {
        if (!selected(one, given.wanted))
            continue;
        ++listed;
        fmt::print("{:<60} {:<10} {}\n", one.id, fmt::join(one.tags, ","), one.title);
    }
    return listed == 0 ? nothing_selected : 0;
}

int lint_command(const command_options& given) {
    std::vector<fs::path> paths;
    for (const auto& asked : given.files) {
        const auto below = scenario_paths(asked);
        paths.insert(paths.end(), below.begin(), below.end());
    }
    if (paths.empty())
        paths = scenario_paths(scenarios_folder(given));
    const auto problems = lint(mock_program(), paths);
    for (const auto& problem : problems)
        fmt::print(stderr, "{}\n", problem);
    return problems.empty() ? 0 : usage;
}

} // namespace rhombus::scenario
