#include "tolerance.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace rhombus::stomp {
namespace {

constexpr std::size_t octets_before = deviation::excerpt_octets / 2;

} // namespace

bool tolerance::permit(std::string_view window, fault found) {
    const auto allowed = allowed_.tolerates(found.code);
    if (allowed && noted_.size() == most_)
        return true;
    const auto begin = found.at - std::min(found.at, octets_before);
    const auto end = std::min({found.to, window.size(), begin + deviation::excerpt_octets});
    deviation what{found.code, base_ + found.at,
                   std::string{window.substr(begin, std::max(begin, end) - begin)},
                   found.at - begin};
    if (allowed)
        noted_.push_back(std::move(what));
    else
        refused_ = std::move(what);
    return allowed;
}

} // namespace rhombus::stomp
