#include "credentials.hpp"

#include "organization.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace rhombus::doctor {
namespace {

using diagnosis::certainty;
using diagnosis::side;
using diagnosis::status;

/// How the answer to the real key compares with those to a decoy and to no key.
enum class likeness : std::uint8_t {
    not_compared,
    as_decoy_only, ///< The key arrived and is unknown.
    as_all,        ///< The method cannot tell the two apart.
    other,         ///< The server tells this key from a decoy.
};

likeness compare(const facts& known, host which) {
    const auto* real = known.answer(which, probe_key::real);
    const auto* decoy = known.answer(which, probe_key::decoy);
    const auto* none = known.answer(which, probe_key::none);
    if (real == nullptr || decoy == nullptr || none == nullptr)
        return likeness::not_compared;
    if (!real->same_as(*decoy))
        return likeness::other;
    return real->same_as(*none) ? likeness::as_all : likeness::as_decoy_only;
}

std::string_view name_of(probe_key key) noexcept {
    switch (key) {
    case probe_key::real:
        return "your key";
    case probe_key::decoy:
        return "a random key";
    case probe_key::none:
        return "no key";
    }
    return "";
}

/// What was found out, before it is worded.
struct decision {
    std::string_view code;
    diagnosis::certainty sureness;
    std::string message;
    std::vector<std::string> also_possible{};
};

decision decide_both_refused(const facts& known) {
    const auto rest = compare(known, host::rest);
    const auto stream = compare(known, host::stream);
    const bool stream_agrees = stream != likeness::other;
    if (rest == likeness::as_decoy_only && stream_agrees)
        return {
            "AUTH-UNKNOWN", certainty::confirmed,
            "The key arrives, and the service does not know it: it answers like to a random key, "
            "and otherwise than to none. It was revoked or mistyped, or belongs to another "
            "region."};
    if (rest == likeness::as_all && stream == likeness::as_all)
        return {
            "AUTH-REFUSED",
            certainty::likely,
            "REST and WebSocket refuse the key; a random key and no key get the same answer, so "
            "the service's words do not tell why.",
            {"AUTH-UNKNOWN", "AUTH-MISSING"}};
    return {"AUTH-REFUSED",
            certainty::possible,
            "REST and WebSocket refuse the key.",
            {"AUTH-UNKNOWN"}};
}

decision decide_stream_only(const facts& known, std::uint16_t stream_status) {
    const auto organization = read_organization(known.organization_answer->body);
    if (stream_status == 401) {
        std::string traps;
        for (const auto& trap : known.settings.traps)
            traps += fmt::format(" Trap {}: {}.", trap.id, trap.text);
        const auto* real = known.answer(host::stream, probe_key::real);
        const auto* none = known.answer(host::stream, probe_key::none);
        if (none != nullptr && !real->same_as(*none))
            return {"AUTH-SPLIT", certainty::confirmed,
                    "REST accepts the key, the WebSocket refuses it as no valid credential." +
                        traps};
        return {"AUTH-SPLIT",
                certainty::likely,
                "REST accepts the key, the WebSocket refuses it; it answers the same to no key at "
                "all." +
                    traps,
                {"AUTH-MISSING"}};
    }
    const bool partner_without_target =
        organization.type == "PARTNER" && !known.settings.partner_target;
    if (partner_without_target)
        return {"AUTHZ-PARTNER-ORG", certainty::likely,
                "The key belongs to a partner, and the WebSocket wants to know for which client "
                "organization: no x-auth-org was sent."};
    return {"AUTHZ-WS",
            certainty::likely,
            "REST accepts this key, the WebSocket refuses it: the key lacks the permission for the "
            "event stream.",
            {"AUTHZ-ORG", "AUTHZ-SCHEME"}};
}

decision decide(const facts& known) {
    const auto* rest = known.answer(host::rest, probe_key::real);
    const auto* stream = known.answer(host::stream, probe_key::real);
    const bool rest_refused = rest != nullptr && is_refusal(rest->status);
    const bool stream_refused = stream != nullptr && is_refusal(stream->status);
    if (rest_refused && stream_refused)
        return decide_both_refused(known);
    if (rest != nullptr && rest->status == 200 && stream_refused)
        return decide_stream_only(known, *stream->status);
    if (rest_refused && stream != nullptr && stream->status == 101)
        return {"AUTH-REFUSED", certainty::likely,
                "REST refuses the key that the WebSocket accepts."};
    return {"AUTH-REFUSED", certainty::possible, "The key is refused."};
}

/// Marks of something between us and the service; they come first (HTTP-WAF).
bool from_intermediary(const credential_answer& answer) {
    auto start = answer.body.substr(0, 256);
    std::transform(start.begin(), start.end(), start.begin(), [](char c) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    return start.find("<html") != std::string::npos ||
           start.find("<!doctype html") != std::string::npos;
}

void show_answers(const facts& known, judgement& out, diagnosis::finding& found) {
    for (const auto& answer : known.answers) {
        if (!answer.status)
            continue;
        const bool real = answer.key == probe_key::real;
        found.evidence.push_back(out.saw(
            real ? (answer.host == host::rest ? "rest-token" : "ws-handshake") : "credential-probe",
            fmt::format("{} answers {} to {}", title_of(answer.host), *answer.status,
                        name_of(answer.key)),
            answer.records));
    }
}

} // namespace

bool is_refusal(std::optional<std::uint16_t> status) noexcept {
    return status == 401 || status == 403;
}

void judge_refusal(const facts& known, host which, judgement& out) {
    const auto* answer = known.answer(which, probe_key::real);
    const auto made = from_intermediary(*answer)
                          ? decision{"HTTP-WAF", certainty::likely,
                                     fmt::format("Something on the way answers {} with a web page "
                                                 "in place of the {}.",
                                                 *answer->status, title_of(which))}
                          : decide(known);
    diagnosis::finding found;
    found.id = made.code;
    found.certainty = made.sureness;
    found.side = made.code == "HTTP-WAF" ? side::network : side::config;
    found.message = made.message;
    found.also_possible = made.also_possible;
    show_answers(known, out, found);
    out.status = status::fail;
    out.findings.push_back(std::move(found));
}

} // namespace rhombus::doctor
