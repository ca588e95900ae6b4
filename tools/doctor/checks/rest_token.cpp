#include "../credentials.hpp"
#include "../examination.hpp"
#include "../organization.hpp"
#include "list.hpp"

#include <rhombus/report/escape.hpp>

#include <fmt/format.h>

namespace rhombus::doctor {
namespace {

using diagnosis::certainty;
using diagnosis::side;
using diagnosis::status;

constexpr std::size_t excerpt_octets = 80;

const credential_answer& real_answer(const facts& known) {
    return *known.answer(host::rest, probe_key::real);
}

diagnosis::finding& blame(judgement& out, std::string_view code, std::string seen,
                          std::string message, const std::vector<std::uint64_t>& records) {
    const auto n = out.saw("rest-token", std::move(seen), records);
    auto& found = out.found(code, status::fail, std::move(message));
    found.evidence = {n};
    return found;
}

void judge_good(const facts& known, const organization_reading& reading, judgement& out) {
    const auto& answer = real_answer(known);
    out.reason = fmt::format("organization {} ({})", report::visible(reading.uuid, 64),
                             report::visible(reading.name, 64));
    out.saw("rest-token", fmt::format("getOrgV2 answers 200: {}", out.reason), answer.records);
    const auto& given = known.settings.organization;
    if (!given || given->source == "--partner-org" || given->value == reading.uuid)
        return;
    const auto n = out.saw("rest-token",
                           fmt::format("{} is {}, the key's organization is {}", given->source,
                                       given->value, report::visible(reading.uuid, 64)),
                           answer.records);
    auto& found = out.found("SUB-ORG", status::warn,
                            fmt::format("{} names another organization than the key's: its topic "
                                        "may stay silent.",
                                        given->source));
    found.side = side::config;
    found.evidence = {n};
}

void judge_body(const facts& known, judgement& out) {
    using kind = organization_reading::kind;
    const auto& answer = real_answer(known);
    const auto reading = read_organization(answer.body);
    const auto excerpt = report::visible(answer.body, excerpt_octets);
    switch (reading.what) {
    case kind::good:
        return judge_good(known, reading, out);
    case kind::not_json: {
        auto& found =
            blame(out, "REST-BODY", fmt::format("200 with a body that is not JSON: {}", excerpt),
                  "The REST host answers 200, but not with JSON: something on the way "
                  "answers in its place.",
                  answer.records);
        found.certainty = certainty::likely;
        found.side = side::network;
        return;
    }
    case kind::says_error:
        blame(out, "REST-ERROR",
              fmt::format("200 with error: true, errorMsg: {}",
                          report::visible(reading.error_message)),
              fmt::format("The REST host answers with an error of its own: {}",
                          reading.error_message.empty() ? "it gives no message."
                                                        : report::visible(reading.error_message)),
              answer.records);
        return;
    case kind::without_uuid:
        blame(
            out, "REST-BODY", fmt::format("200 with JSON, but no org.uuid in it: {}", excerpt),
            "The REST host's answer lacks org.uuid: without it there is no topic to subscribe to.",
            answer.records);
        return;
    }
}

void judge_no_answer(const facts& known, judgement& out) {
    const auto& outcome = *known.organization_answer;
    const bool begun = outcome.status.has_value();
    auto& found =
        begun
            ? blame(
                  out, "REST-BODY",
                  fmt::format("{} with a body that ends early: {}", *outcome.status, outcome.error),
                  fmt::format("The REST host's answer is not whole: {}.", outcome.error),
                  real_answer(known).records)
            : blame(out, "SVC-ERROR", fmt::format("getOrgV2 is not answered: {}", outcome.error),
                    fmt::format("The REST host does not answer getOrgV2: {}.", outcome.error), {});
    found.certainty = begun ? certainty::likely : certainty::possible;
}

void judge_status(const facts& known, std::uint16_t code, judgement& out) {
    const auto& answer = real_answer(known);
    const auto seen =
        fmt::format("getOrgV2 answers {}: {}", code, report::visible(answer.body, excerpt_octets));
    if (code == 429) {
        blame(out, "RATE", seen, "The organization's rate limit is used up (429).", answer.records);
    } else if (code >= 500) {
        auto& found = blame(out, "SVC-ERROR", seen, fmt::format("The REST host fails ({}).", code),
                            answer.records);
        found.certainty = certainty::likely;
    } else if (code >= 300 && code < 400) {
        blame(out, "HTTP-REDIRECT", seen,
              fmt::format("The REST host redirects ({}); the key does not follow.", code),
              answer.records);
    } else if (code == 404) {
        blame(out, "HTTP-PATH", seen,
              "The REST host does not know getOrgV2: it is not the address of the REST API.",
              answer.records);
    } else {
        blame(out, "UNKNOWN", seen, fmt::format("The REST host answers {}.", code), answer.records)
            .certainty = certainty::inconclusive;
    }
}

judgement judge(const facts& known, const stream_reading& /*stream*/) {
    judgement out;
    const auto code = real_answer(known).status;
    if (!code || !known.organization_answer->error.empty())
        judge_no_answer(known, out);
    else if (*code == 200)
        judge_body(known, out);
    else if (is_refusal(code))
        judge_refusal(known, host::rest, out);
    else
        judge_status(known, *code, out);
    return out;
}

std::optional<std::string_view> blocked(const facts& known, const stream_reading& /*stream*/) {
    return blocked_before(known, host::rest, net::stage::upgrade);
}

std::optional<std::string> not_applicable(const facts& known) {
    if (known.settings.system != nullptr && !known.settings.system->rest)
        return "not part of " + known.settings.system->name;
    return std::nullopt;
}

} // namespace

check rest_token_check() {
    return {.id = "rest-token",
            .stage = "http-probe",
            .title = "REST accepts the key and names the organization",
            .guide = "HTTP 401 Unauthorized",
            .phase = phase::credentials,
            .needs = {"tls"},
            .rules_out = {"AUTH-UNKNOWN", "AUTH-REFUSED", "REST-BODY", "REST-ERROR"},
            .blocked_by = blocked,
            .not_applicable = not_applicable,
            .collect = [](examination& run) { run.ask_organization(); },
            .judge = judge};
}

} // namespace rhombus::doctor
