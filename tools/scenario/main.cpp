#include "commands.hpp"
#include "input_error.hpp"

#include <rhombus/version.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <exception>
#include <map>

namespace {

using namespace rhombus::scenario;
using rhombus::rules::profile;

void add_selection(CLI::App& command, command_options& into) {
    command.add_option("--id", into.wanted.ids, "a scenario, or all of a folder");
    command.add_option("--guide", into.wanted.guides, "a heading of the troubleshooting guide");
    command.add_option("--requirement", into.wanted.requirements, "such as R-403");
    command.add_option("--fault", into.wanted.faults, "such as F-501 or F-203/404");
    command.add_option("--tag", into.wanted.tags, "smoke, default, long or soak");
    command.add_option("--scenarios", into.scenarios, "a folder or a file; default: the project's");
}

void add_run(CLI::App& app, command_options& into) {
    auto& run = *app.add_subcommand("run", "put a client under test");
    add_selection(run, into);
    run.add_option("--client", into.client, "a name under clients/, a client's file, or 'argv...'");
    run.add_option("--clients", into.clients, "where clients' files are; default: the project's");
    const std::map<std::string, profile> profiles{{"vendor", profile::vendor},
                                                  {"strict", profile::strict}};
    run.add_option("--judge", into.profile, "vendor (default) or strict")
        ->transform(CLI::CheckedTransformer{profiles});
    const std::map<std::string, report_format> formats{{"text", report_format::text},
                                                       {"json", report_format::json},
                                                       {"junit", report_format::junit}};
    run.add_option("--format", into.format, "text (default), json or junit")
        ->transform(CLI::CheckedTransformer{formats});
    run.add_option("--output", into.output, "a file for the report; default: standard output");
    run.add_option("--artifacts", into.artifacts, "a folder in which transcripts are kept");
    run.add_option("--jobs", into.jobs, "cases at a time; default: 16")->check(CLI::PositiveNumber);
    run.add_option("--seed", into.seed, "of everything random; default: the scenario's");
    run.add_option("--max-inconclusive", into.policy.most_inconclusive,
                   "cases of a MUST that may stay without a verdict; default: 0");
    const std::map<std::string, failing> policies{{"fail", failing::on_fail},
                                                  {"warn", failing::on_warn}};
    run.add_option("--fail-on", into.policy.fails, "fail (default) or warn")
        ->transform(CLI::CheckedTransformer{policies});
    run.add_flag_callback(
        "--plain", [&into] { into.transport = transport::plain; }, "ws: instead of wss:");
    run.add_flag_callback(
        "--dry-run", [&into] { into.rehearsal = rehearsal::dry_run; },
        "only list what would be run");
}

int dispatch(const CLI::App& app, const command_options& given) {
    if (app.got_subcommand("list"))
        return list_command(given);
    if (app.got_subcommand("lint"))
        return lint_command(given);
    return run_command(given);
}

} // namespace

int main(int count, char** words) {
    constexpr int usage = 2;
    constexpr int harness_failed = 3;
    CLI::App app{"Puts clients of the event stream under test.", "rhombus-scenario"};
    app.set_version_flag("--version", fmt::format("rhombus-scenario {}", rhombus::version));
    app.require_subcommand(1);
    command_options given;
    add_run(app, given);
    add_selection(*app.add_subcommand("list", "list the scenarios"), given);
    auto& lint = *app.add_subcommand("lint", "check scenario files");
    lint.add_option("files", given.files, "files or folders; default: the project's");
    try {
        app.parse(count, words);
        return dispatch(app, given);
    } catch (const CLI::ParseError& wrong) {
        return app.exit(wrong) == 0 ? 0 : usage;
    } catch (const input_error& wrong) {
        fmt::print(stderr, "{}\n", wrong.what());
        return usage;
    } catch (const std::exception& failure) {
        fmt::print(stderr, "rhombus-scenario: {}\n", failure.what());
        return harness_failed;
    }
}
