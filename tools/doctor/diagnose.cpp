#include "diagnose.hpp"

#include "complaint.hpp"
#include "demo.hpp"
#include "examination.hpp"
#include "pipeline.hpp"
#include "preparation.hpp"
#include "progress.hpp"
#include "recording.hpp"
#include "report_file.hpp"
#include "terminal.hpp"

#include <rhombus/account/shown_url.hpp>
#include <rhombus/diagnosis/verdict.hpp>
#include <rhombus/report/doctor_report.hpp>
#include <rhombus/version.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <optional>

namespace rhombus::doctor {
namespace {

constexpr std::chrono::seconds default_wait{30};
constexpr int expectation_exit = 31;
constexpr int signal_exit_base = 128;

/// Where the run leaves its traces; opened before anything is sent.
struct outlets {
    std::optional<transcript::file_writer> log;
    std::optional<report_file> report;
};

/// The transcript last: opening it empties a file, which a mistake elsewhere must not do.
boost::system::result<outlets, report_file_error> open_outlets(const command_line& given) {
    outlets out;
    if (given.output) {
        auto report = report_file::open(*given.output);
        if (report.has_error())
            return report_file_error{"--output " + report.error().message};
        out.report.emplace(std::move(*report));
    }
    if (given.log) {
        auto log = transcript::file_writer::open(*given.log);
        if (log.has_error())
            return report_file_error{"--log " + log.error().message};
        out.log.emplace(std::move(*log));
    }
    return out;
}

examination_options options_for(const command_line& given, const target& aimed, const facts& known,
                                std::string decoy_key) {
    const auto how = connection_options_for(given, aimed.ca_file, known);
    return {.stream = how,
            .rest = how,
            .wait = given.wait.value_or(default_wait),
            .heartbeat = given.wait ? heartbeat_proof::within_wait : heartbeat_proof::as_agreed,
            .decoys = given.no_decoy ? decoy_policy::skip : decoy_policy::compare,
            .decoy_key = std::move(decoy_key)};
}

template <class T>
report::setting shown(std::string name, std::string value, const account::sourced<T>& from) {
    return {std::move(name), std::move(value), from.source, from.shadowed};
}

std::vector<report::setting> identity_of(const account::settings& from) {
    std::vector<report::setting> out;
    out.push_back({"profile", from.profile_name, "", {}});
    if (from.rest_key)
        out.push_back(shown("rest_key", from.rest_key->value.hint(), *from.rest_key));
    if (from.ws_key)
        out.push_back(shown("ws_key", from.ws_key->value.hint(), *from.ws_key));
    if (from.organization)
        out.push_back(shown("org", from.organization->value, *from.organization));
    if (from.login)
        out.push_back({"login", *from.login, "--login", {}});
    return out;
}

int exit_code_of(const diagnosis::verdict& reached, const command_line& given,
                 std::optional<int> interrupted) {
    if (interrupted)
        return signal_exit_base + *interrupted;
    if (given.expect)
        return reached.code.value_or("HEALTHY") == *given.expect ? 0 : expectation_exit;
    return reached.exit_code;
}

/// One diagnosis from the first record to the last.
class run {
public:
    run(const command_line& given, const target& aimed, outlets& out)
        : given_{given}, known_{prepare(given, aimed.from)}, decoy_{random_key()},
          log_{stamp_now, redactor_for(known_.settings, decoy_)}, options_{options_for(given, aimed,
                                                                                       known_,
                                                                                       decoy_)} {
        log_.add_sink([this](const transcript::record& one) { memory_.push_back(one); });
        if (out.log)
            log_.add_sink([&](const transcript::record& one) { out.log->write(one); });
    }

    report::doctor_report carry_out() {
        const auto begun = stamp_now();
        log_.add(0, transcript::origin::tool, transcript_header(known_.settings));
        report::doctor_report out = head(begun);
        net::context loop;
        loop.catch_interrupts();
        examination work{known_, options_, loop, log_, memory_};
        out.checks = examine_with_progress(loop, work);
        out.verdict = diagnosis::conclude(out.checks);
        out.interrupted = loop.interrupted();
        if (out.interrupted && out.verdict.status == diagnosis::health::healthy) {
            out.verdict.status = diagnosis::health::inconclusive;
            out.verdict.certainty = diagnosis::certainty::inconclusive;
            out.verdict.message = "Nothing was found wrong before the run was interrupted.";
        }
        out.exit_code = exit_code_of(out.verdict, given_, out.interrupted);
        out.duration_ms = (stamp_now().t_ns - begun.t_ns) / 1'000'000;
        log_.finish(out.interrupted ? "interrupted" : "done");
        if (given_.log) {
            const auto exposure = exposure_in_log(*given_.log, log_.secrets());
            if (!exposure.empty())
                complain("--log " + exposure);
        }
        return out;
    }

private:
    [[nodiscard]] report::doctor_report head(const transcript::stamp& begun) const {
        report::doctor_report out;
        out.version = rhombus::version;
        out.system = known_.settings.system->name;
        out.run_id = fmt::format("{:x}", begun.t_ns);
        out.started = to_rfc3339(begun.wall_ms);
        out.api_url = account::shown_url(known_.settings.api_url.value);
        out.ws_url = account::shown_url(known_.settings.ws_url.value);
        out.occasion = given_.demo ? report::occasion::demo : report::occasion::real;
        out.identity = identity_of(known_.settings);
        return out;
    }

    std::vector<diagnosis::check_result> examine_with_progress(net::context& loop,
                                                               examination& work) const {
        progress display{shows_progress(given_.detail)};
        loop.on_tick(std::chrono::milliseconds{200}, [&] { display.tick(work); });
        auto results = examine(all_checks(), work, [&](const check& one) { display.begin(one); });
        loop.on_tick({}, nullptr);
        return results;
    }

    const command_line& given_;
    facts known_;
    std::string decoy_;
    std::vector<transcript::record> memory_;
    transcript::recorder log_;
    examination_options options_;
};

int publish(const report::doctor_report& made, const command_line& given, outlets& out) {
    const auto text = given.format == format::json ? report::to_json(made)
                                                   : report::to_text(made, style_for(given));
    if (!out.report) {
        std::fwrite(text.data(), 1, text.size(), stdout);
        std::fflush(stdout);
    } else if (const auto fault = out.report->write(text); !fault.empty()) {
        return complain("--output " + fault);
    }
    if (out.log && !out.log->failure().empty())
        complain("--log " + out.log->failure());
    return made.exit_code;
}

} // namespace

int diagnose(const command_line& given) {
    const auto aimed = choose_target(given);
    if (aimed.has_error())
        return complain(aimed.error().message);
    auto out = open_outlets(given);
    if (out.has_error())
        return complain(out.error().message);
    return publish(run{given, *aimed, *out}.carry_out(), given, *out);
}

} // namespace rhombus::doctor
