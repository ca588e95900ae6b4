#include <rhombus/diagnosis/knowledge.hpp>
#include <rhombus/diagnosis/verdict.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace rhombus::diagnosis {
namespace {

struct culprit {
    const check_result* check = nullptr;
    const finding* what = nullptr;
};

culprit first_with(std::span<const check_result> checks, status wanted) {
    for (const auto& check : checks) {
        for (const auto& found : check.findings) {
            if (found.status == wanted)
                return {&check, &found};
        }
    }
    return {};
}

/// Every check that passed before or beside the culprit excludes its own codes.
std::vector<ruled_out> excluded_by(std::span<const check_result> checks, const finding& cause) {
    auto all = cause.ruled_out;
    for (const auto& check : checks) {
        if (check.status != status::pass || check.evidence.empty())
            continue;
        for (const auto& code : check.rules_out)
            all.push_back({code, check.evidence.front().n});
    }
    return all;
}

bool passed(std::span<const check_result> checks, std::string_view id) {
    return std::any_of(checks.begin(), checks.end(), [&](const check_result& check) {
        return check.id == id && check.status == status::pass;
    });
}

constexpr int inconclusive_exit = 30;

/// UNKNOWN says that no rule matched: then the exit code is that of the check's own class.
int exit_code_of(const culprit& guilty, const knowledge& known, health outcome) {
    static constexpr std::pair<std::string_view, int> classes[] = {{"config", 2},
                                                                   {"dns", 10},
                                                                   {"tcp", 10},
                                                                   {"tls", 11},
                                                                   {"rest-token", 15},
                                                                   {"ws-handshake", 12},
                                                                   {"stomp-connected", 20},
                                                                   {"subscribe", 21},
                                                                   {"topic-delivery", 21},
                                                                   {"heartbeat", 22}};
    if (outcome == health::inconclusive)
        return inconclusive_exit;
    if (known.code != "UNKNOWN")
        return known.exit_code;
    for (const auto& [check, code] : classes) {
        if (check == guilty.check->id)
            return code;
    }
    return known.exit_code;
}

verdict blame(std::span<const check_result> checks, const culprit& guilty, health outcome) {
    const auto& cause = *guilty.what;
    const auto& known = knowledge_of(cause.id);
    verdict out{.status = outcome,
                .code = cause.id,
                .certainty = cause.certainty,
                .message = cause.message,
                .because = cause.evidence,
                .excluded = excluded_by(checks, cause),
                .also_possible = cause.also_possible,
                .fix = cause.fix,
                .exit_code = exit_code_of(guilty, known, outcome)};
    out.fix.insert(out.fix.end(), known.fixes.begin(), known.fixes.end());
    if (guilty.check->id == "rest-token" && passed(checks, "stomp-connected"))
        out.message += " The stream itself works.";
    return out;
}

verdict healthy(std::span<const check_result> checks) {
    verdict out;
    out.message = "From this machine service, network, credentials and subscription are good: look "
                  "at the client.";
    for (const auto& check : checks) {
        if (check.status == status::pass && !check.evidence.empty())
            out.because.push_back(check.evidence.front().n);
        for (const auto& code : check.rules_out) {
            if (check.status == status::pass && !check.evidence.empty())
                out.excluded.push_back({code, check.evidence.front().n});
        }
    }
    return out;
}

} // namespace

verdict conclude(std::span<const check_result> checks) {
    if (const auto guilty = first_with(checks, status::fail); guilty.what != nullptr)
        return blame(checks, guilty, health::problem);
    if (const auto open = first_with(checks, status::inconclusive); open.what != nullptr)
        return blame(checks, open, health::inconclusive);
    return healthy(checks);
}

} // namespace rhombus::diagnosis
