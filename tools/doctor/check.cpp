#include "check.hpp"

#include <algorithm>

namespace rhombus::doctor {

using diagnosis::status;

std::size_t judgement::saw(std::string_view probe, std::string text,
                           std::vector<std::uint64_t> records, diagnosis::grade grade) {
    const auto n = evidence.size() + 1;
    evidence.push_back({n, std::string{probe}, grade, std::move(text), std::move(records)});
    return n;
}

diagnosis::finding& judgement::found(std::string_view id, diagnosis::status outcome,
                                     std::string message) {
    const auto weight = [](diagnosis::status value) {
        switch (value) {
        case status::fail:
            return 3;
        case status::inconclusive:
            return 2;
        case status::warn:
            return 1;
        default:
            return 0;
        }
    };
    if (weight(outcome) > weight(status))
        status = outcome;
    auto& added = findings.emplace_back();
    added.id = id;
    added.status = outcome;
    added.message = std::move(message);
    return added;
}

std::optional<std::string_view> never_blocked(const facts& /*known*/,
                                              const stream_reading& /*stream*/) {
    return std::nullopt;
}

std::optional<std::string> always_applicable(const facts& /*known*/) {
    return std::nullopt;
}

std::optional<std::string> topic_not_wanted(const facts& known) {
    if (known.settings.system == nullptr || known.wants_topic())
        return std::nullopt;
    return "no --destination was given";
}

std::optional<std::string_view> blocked_before(const facts& known, host which, net::stage wanted) {
    const auto& failure = known.of(which).failure;
    if (!failure || failure->at >= wanted)
        return std::nullopt;
    switch (failure->at) {
    case net::stage::resolve:
        return "dns";
    case net::stage::connect:
        return "tcp";
    case net::stage::secure:
        return known.closed_in_silence(which) ? "tcp" : "tls";
    case net::stage::upgrade:
        return "ws-handshake";
    }
    return std::nullopt;
}

} // namespace rhombus::doctor
