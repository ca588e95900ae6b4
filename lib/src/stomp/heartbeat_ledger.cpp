#include <rhombus/stomp/heartbeat_ledger.hpp>

#include <algorithm>

namespace rhombus::stomp {

gap_ledger::gap_ledger(milliseconds allowed, moment start) noexcept
    : allowed_{allowed}, last_{start}, closed_{.longest = {start, start}, .last = {start, start}} {}

gap gap_ledger::since_last(moment at) const noexcept {
    return {last_, {std::max(at.when, last_.when), at.mark}};
}

void gap_ledger::count(gap_account& into, const gap& one) const noexcept {
    if (one.length() > into.longest.length())
        into.longest = one;
    if (allowed_.count() > 0 && one.length() > allowed_)
        ++into.overdue;
    into.last = one;
}

void gap_ledger::take(moment at, std::size_t octets, sign_of_life what) noexcept {
    const auto ended = since_last(at);
    count(closed_, ended);
    last_ = ended.to;
    closed_.octets += octets;
    closed_.beats += what == sign_of_life::beat ? 1 : 0;
}

gap_account gap_ledger::until(moment end) const noexcept {
    auto all = closed_;
    count(all, since_last(end));
    return all;
}

} // namespace rhombus::stomp
