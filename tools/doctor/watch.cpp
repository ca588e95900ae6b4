#include "watch.hpp"

#include "complaint.hpp"
#include "demo.hpp"
#include "organization.hpp"
#include "preparation.hpp"
#include "read_sources.hpp"
#include "recording.hpp"
#include "requests.hpp"
#include "watch_link.hpp"
#include "watch_output.hpp"

#include <rhombus/account/key_shape.hpp>
#include <rhombus/rest/call.hpp>
#include <rhombus/session/reconnect_policy.hpp>
#include <rhombus/session/retry_after.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <random>

namespace rhombus::doctor {
namespace {

using std::chrono::milliseconds;

constexpr int refused_401_exit = 13;
constexpr int refused_403_exit = 14;
constexpr int rest_exit = 15;

/// @returns the exit code that forbids to begin; 0 when all is well.
int check_configuration(const facts& known) {
    int code = 0;
    for (const auto* list : {&known.settings.errors, &known.configuration_errors}) {
        for (const auto& error : *list)
            code = complain(error.code + ": " + error.text);
    }
    if (code != 0 || !known.settings.ws_key)
        return code;
    for (const auto& defect : account::shape_defects(known.settings.ws_key->value.reveal())) {
        complain(fmt::format("AUTH-SHAPE: the key from {} has {}", known.settings.ws_key->source,
                             defect));
        code = refused_401_exit;
    }
    return code;
}

int exit_for_refusal(int status) {
    return status == 403 ? refused_403_exit : refused_401_exit;
}

std::function<double()> random_chance() {
    return [engine = std::mt19937{std::random_device{}()}]() mutable {
        return std::uniform_real_distribution<double>{0.0, 1.0}(engine);
    };
}

/// One run of `watch`: asks for the organization once, then keeps one connection up.
class watcher {
public:
    watcher(const command_line& given, facts known, net::connection_options how,
            transcript::recorder& log, end_traces& traces)
        : given_{given}, known_{std::move(known)}, how_{std::move(how)}, log_{log}, traces_{traces},
          out_{given.format, log} {
        loop_.catch_interrupts();
    }

    int run() {
        if (known_.settings.system->rest && !known_.settings.organization) {
            if (const auto code = find_organization())
                return *code;
        }
        return keep_up();
    }

private:
    /// @returns an exit code where there is nothing more to do; nullopt with an organization known.
    std::optional<int> find_organization() {
        session::reconnect_policy policy{{}, random_chance()};
        while (!interrupted()) {
            auto call = organization_call(known_, how_, probe_key::real, {});
            call.abandoned = [this] { return interrupted(); };
            known_.organization_answer = rest::perform(call, log_);
            const auto& answer = *known_.organization_answer;
            if (answer.status == 200)
                return judge_organization(answer.body);
            if (const auto code = wait_after_rest(policy, answer))
                return code;
        }
        return 0;
    }

    std::optional<int> judge_organization(const std::string& body) {
        using kind = organization_reading::kind;
        const auto reading = read_organization(body);
        switch (reading.what) {
        case kind::good:
            return std::nullopt;
        case kind::not_json:
            out_.error("getOrgV2 answers 200 with a body that is not JSON");
            break;
        case kind::says_error:
            out_.error("getOrgV2 answers with an error: " + reading.error_message);
            break;
        case kind::without_uuid:
            out_.error("getOrgV2 answers without org.uuid: there is no topic to subscribe to");
            break;
        }
        out_.gave_up("no organization");
        return rest_exit;
    }

    std::optional<int> wait_after_rest(session::reconnect_policy& policy,
                                       const rest::outcome& answer) {
        if (interrupted())
            return 0;
        const int status = answer.status.value_or(0);
        if (status == 401 || status == 403) {
            out_.error(fmt::format("REST refuses the key ({}): a credential problem", status));
            out_.gave_up("credential refused");
            return exit_for_refusal(status);
        }
        out_.error(status == 0 ? "REST does not answer: " + answer.error
                               : fmt::format("REST answers {}", status));
        const auto cause =
            answer.status ? session::cause_of_status(*answer.status) : session::end_cause::network;
        pause(policy.next_wait(cause, {}, retry_after()).value_or(milliseconds{}));
        return std::nullopt;
    }

    int keep_up() {
        session::reconnect_policy policy{{}, random_chance()};
        watch_link link{loop_, log_, traces_, out_};
        while (!interrupted()) {
            traces_ = {};
            const auto end = link.run(known_.stream.where, how_,
                                      make_dialect(known_, systems::unanswered_connect::wait));
            if (interrupted())
                break;
            out_.closed(end.code, end.reason, end.text);
            auto wait = policy.next_wait(end.cause, end.subscribed_for, end.retry_after);
            if (policy.gave_up() && credential_changed()) {
                policy.credential_renewed();
                wait = policy.next_wait(end.cause, {}, end.retry_after);
            }
            if (!wait) {
                out_.gave_up(
                    fmt::format("the credential was refused again and again ({})", end.code));
                return exit_for_refusal(end.code);
            }
            pause(*wait);
            if (end.cause == session::end_cause::credential && credential_changed())
                policy.credential_renewed();
        }
        return 0;
    }

    /// Reads the sources anew after a refusal (requirement R-711).
    /// @returns whether they hold another key by now; the next attempt uses it.
    bool credential_changed() {
        if (given_.demo)
            return false;
        auto fresh = prepare(given_, read_sources(given_)).settings;
        if (!fresh.ws_key || !known_.settings.ws_key ||
            fresh.ws_key->value == known_.settings.ws_key->value)
            return false;
        log_.keep_secret("WS_KEY", fresh.ws_key->value.reveal());
        known_.settings.ws_key = std::move(fresh.ws_key);
        out_.notice("the key was replaced at its source; it is tried");
        return true;
    }

    [[nodiscard]] std::optional<milliseconds> retry_after() const {
        return traces_.answer ? retry_after_of(*traces_.answer) : std::nullopt;
    }

    void pause(milliseconds wait) {
        loop_.begin_wait(wait);
        loop_.run();
    }

    /// Also looks for a signal that came while nothing ran.
    bool interrupted() {
        if (!loop_.interrupted())
            loop_.run();
        return loop_.interrupted().has_value();
    }

    const command_line& given_;
    facts known_;
    net::connection_options how_;
    transcript::recorder& log_;
    end_traces& traces_;
    net::context loop_;
    watch_output out_;
};

} // namespace

int watch(const command_line& given) {
    const auto aimed = choose_target(given);
    if (aimed.has_error())
        return complain(aimed.error().message);
    auto known = prepare(given, aimed->from);
    if (const int code = check_configuration(known); code != 0)
        return code;
    std::optional<transcript::file_writer> file;
    if (given.log) {
        auto opened = transcript::file_writer::open(*given.log);
        if (opened.has_error())
            return complain("--log " + opened.error().message);
        file.emplace(std::move(*opened));
    }

    end_traces traces;
    transcript::recorder log{stamp_now, redactor_for(known.settings, {})};
    log.add_sink([&](const transcript::record& one) { traces.take(one); });
    if (file)
        log.add_sink([&](const transcript::record& one) { file->write(one); });
    log.add(0, transcript::origin::tool, transcript_header(known.settings));
    const auto how = connection_options_for(given, aimed->ca_file, known);
    const int code = watcher{given, std::move(known), how, log, traces}.run();
    log.finish("done");
    return code;
}

} // namespace rhombus::doctor
