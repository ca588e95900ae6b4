#include "../examination.hpp"
#include "list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace rhombus::doctor {
namespace {

using diagnosis::certainty;
using diagnosis::side;
using diagnosis::status;
using transcript::tls_facts;

/// Of several defects the first here is the cause that mending would start with.
constexpr std::array<std::string_view, 9> by_weight{"TLS-PLAIN", "TLS-TIMEOUT", "TLS-VERSION",
                                                    "TLS-ABORT", "TLS-SELF",    "TLS-STORE",
                                                    "TLS-CHAIN", "TLS-EXPIRED", "TLS-NAME"};

struct wording {
    std::string_view code;
    std::string message;
};

std::string message_for(std::string_view code, const std::string& place, const tls_facts& seen) {
    const auto leaf = seen.chain.empty() ? transcript::certificate{} : seen.chain.front();
    const std::array texts{
        wording{"TLS-PLAIN",
                fmt::format("{} does not speak TLS: its first octets are clear text.", place)},
        wording{"TLS-TIMEOUT", fmt::format("{} does not answer the TLS handshake.", place)},
        wording{"TLS-VERSION", fmt::format("{} and this program share no TLS version.", place)},
        wording{"TLS-ABORT", fmt::format("{} broke off the TLS handshake: {}.", place, seen.alert)},
        wording{"TLS-SELF",
                fmt::format("The certificate of {} is self-signed ({}).", place, leaf.subject)},
        wording{"TLS-STORE",
                fmt::format("The certificate of {} was issued by {}, which this machine does not "
                            "trust.",
                            place, leaf.issuer)},
        wording{"TLS-CHAIN", fmt::format("{} does not send the intermediate certificate {}.", place,
                                         leaf.issuer)},
        wording{"TLS-EXPIRED",
                fmt::format("The certificate of {} is not valid now: it is valid from {} to {}.",
                            place, leaf.not_before, leaf.not_after)},
        wording{"TLS-NAME",
                fmt::format("The certificate of {} is for {}, not for this host.", place,
                            leaf.names.empty() ? leaf.subject
                                               : fmt::format("{}", fmt::join(leaf.names, ", ")))}};
    const auto found = std::find_if(texts.begin(), texts.end(),
                                    [&](const wording& text) { return text.code == code; });
    return found == texts.end() ? fmt::format("{}: {}.", place, seen.alert) : found->message;
}

std::string certificate_text(const tls_facts& seen) {
    if (seen.chain.empty())
        return {};
    const auto& leaf = seen.chain.front();
    return fmt::format(", certificate {} by {}, valid {} to {}, {} in the chain", leaf.subject,
                       leaf.issuer, leaf.not_before, leaf.not_after, seen.chain.size());
}

/// The other host's chain holds the issuer that this one should have sent.
bool sent_by_other_host(const facts& known, host which, const tls_facts& seen) {
    const auto* other = known.connection(which == host::rest ? host::stream : host::rest);
    if (other == nullptr || !other->secured || seen.chain.size() != 1)
        return false;
    const auto& chain = other->secured->what.chain;
    return std::any_of(chain.begin(), chain.end(), [&](const transcript::certificate& sent) {
        return sent.subject == seen.chain.front().issuer;
    });
}

/// The codes to blame, weightiest first.
std::vector<std::string_view> codes_of(const facts& known, host which, const tls_facts& seen) {
    std::vector<std::string_view> codes;
    for (const auto code : by_weight) {
        if (std::find(seen.defects.begin(), seen.defects.end(), code) == seen.defects.end())
            continue;
        const bool chain = code == "TLS-STORE" && sent_by_other_host(known, which, seen);
        codes.push_back(chain ? "TLS-CHAIN" : code);
    }
    return codes;
}

void judge_defects(const facts& known, host which, const tls_facts& seen, std::uint64_t record,
                   judgement& out) {
    const auto place = place_of(known.of(which));
    const auto n = out.saw(
        "tls",
        fmt::format("{} {}: {}{}{}", title_of(which), place, fmt::join(seen.defects, ", "),
                    seen.alert.empty() ? "" : " (" + seen.alert + ")", certificate_text(seen)),
        {record});
    const auto codes = codes_of(known, which, seen);
    if (codes.empty())
        out.found("UNKNOWN", status::fail,
                  fmt::format("The TLS handshake with {} failed: {}.", place, seen.alert))
            .evidence = {n};
    for (const auto code : codes) {
        auto& found = out.found(code, status::fail, message_for(code, place, seen));
        found.evidence = {n};
        // A private authority that sends only a leaf looks the same as a lost intermediate.
        if (code == "TLS-STORE" && seen.chain.size() == 1) {
            found.certainty = certainty::likely;
            found.also_possible = {"TLS-CHAIN"};
        }
        if (code == "TLS-ABORT")
            found.side = side::network;
    }
}

void judge_host(const facts& known, host which, judgement& out) {
    const auto* history = known.connection(which);
    if (history == nullptr || known.closed_in_silence(which))
        return;
    if (history->not_secured) {
        judge_defects(known, which, history->not_secured->what, history->not_secured->where.n, out);
    } else if (history->secured) {
        const auto& seen = history->secured->what;
        if (!seen.defects.empty())
            return judge_defects(known, which, seen, history->secured->where.n, out);
        out.saw("tls",
                fmt::format("{} {}, {}{}", title_of(which), seen.version, seen.cipher,
                            certificate_text(seen)),
                {history->secured->where.n});
        out.reason = seen.version;
    }
}

judgement judge(const facts& known, const stream_reading& /*stream*/) {
    judgement out;
    judge_host(known, host::rest, out);
    judge_host(known, host::stream, out);
    return out;
}

std::optional<std::string_view> blocked(const facts& known, const stream_reading& /*stream*/) {
    std::optional<std::string_view> by;
    for (const auto which : {host::rest, host::stream}) {
        if (!known.of(which).wanted)
            continue;
        by = blocked_before(known, which, net::stage::secure);
        if (!by && !known.closed_in_silence(which))
            return std::nullopt;
    }
    return by ? by : "tcp";
}

std::optional<std::string> not_applicable(const facts& known) {
    for (const auto which : {host::rest, host::stream}) {
        if (known.of(which).wanted && known.of(which).where.security == net::transport::tls)
            return std::nullopt;
    }
    return "the addresses are clear text (ws:, http:)";
}

} // namespace

check tls_check() {
    return {.id = "tls",
            .stage = "tls",
            .title = "Both certificates are trusted, current and for these hosts",
            .guide = "Unable to Connect (Connection Refused)",
            .phase = phase::transport,
            .needs = {"tcp"},
            .rules_out = {"TLS-EXPIRED", "TLS-NAME", "TLS-STORE", "TLS-SELF", "TLS-CHAIN",
                          "TLS-VERSION", "TLS-ABORT", "TLS-PLAIN", "TLS-TIMEOUT"},
            .blocked_by = blocked,
            .not_applicable = not_applicable,
            .collect = [](examination& run) { run.open_hosts(net::stage::secure); },
            .judge = judge};
}

} // namespace rhombus::doctor
