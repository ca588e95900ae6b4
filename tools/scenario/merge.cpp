#include "merge.hpp"

#include <rhombus/version.hpp>

#include <algorithm>
#include <variant>

namespace rhombus::scenario {

namespace {

using transcript::record;

bool frames_the_file(const record& one) {
    return std::holds_alternative<transcript::header>(one.what) ||
           std::holds_alternative<transcript::end>(one.what);
}

/// @returns a header with the names of all that was removed in either.
record common_header(std::span<const record> journal, std::span<const record> own) {
    transcript::header made{.schema = "rhombus/transcript/1",
                            .tool = "rhombus-scenario",
                            .version = std::string{rhombus::version},
                            .vantage = "server",
                            .system = "rhombus"};
    record first{.what = {}};
    for (const auto& records : {journal, own}) {
        const auto* const begin =
            records.empty() ? nullptr : std::get_if<transcript::header>(&records.front().what);
        if (begin == nullptr)
            continue;
        if (first.when.t_ns == 0 || records.front().when.t_ns < first.when.t_ns)
            first.when = records.front().when;
        for (const auto& name : begin->redacted) {
            if (std::find(made.redacted.begin(), made.redacted.end(), name) == made.redacted.end())
                made.redacted.push_back(name);
        }
    }
    first.what = std::move(made);
    return first;
}

} // namespace

std::vector<record> merge(std::span<const record> journal, std::span<const record> own) {
    std::vector<record> all;
    std::uint32_t connections = 0;
    std::uint64_t dropped = 0;
    for (const auto& records : {journal, own}) {
        for (const auto& one : records) {
            if (frames_the_file(one))
                continue;
            connections = std::max(connections, one.conn);
            if (const auto* const lost = std::get_if<transcript::drop>(&one.what))
                dropped += lost->count;
            all.push_back(one);
        }
    }
    std::stable_sort(all.begin(), all.end(), [](const record& left, const record& right) {
        return left.when.t_ns < right.when.t_ns;
    });
    all.insert(all.begin(), common_header(journal, own));
    all.push_back({.when = all.back().when,
                   .what = transcript::end{.records = all.size() + 1,
                                           .connections = connections,
                                           .dropped = dropped,
                                           .reason = "judged"}});
    for (std::size_t n = 0; n < all.size(); ++n)
        all[n].n = n;
    return all;
}

} // namespace rhombus::scenario
