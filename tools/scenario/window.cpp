#include "window.hpp"

#include <array>
#include <cctype>
#include <charconv>
#include <string>
#include <utility>

namespace rhombus::scenario {

namespace {

using namespace std::chrono_literals;

// Far above what anyone waits for, far below what a count of nanoseconds holds.
constexpr std::chrono::hours longest{24 * 30};
constexpr double most_intervals = 1000;

std::string without_blanks(std::string_view text) {
    std::string kept;
    for (const auto letter : text) {
        if (letter != ' ')
            kept += letter;
    }
    return kept;
}

/// A number and what stands behind it.
struct quantity {
    double value = 0;
    std::string_view unit;
};

std::optional<quantity> parse_quantity(std::string_view term) {
    quantity read;
    const auto* const end = term.data() + term.size();
    const auto [rest, failure] =
        std::from_chars(term.data(), end, read.value, std::chars_format::fixed);
    if (failure != std::errc{} || read.value < 0)
        return std::nullopt;
    read.unit = {rest, static_cast<std::size_t>(end - rest)};
    return read;
}

std::optional<std::chrono::nanoseconds> unit_named(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, std::chrono::nanoseconds>, 4> units{
        {{"ms", 1ms}, {"s", 1s}, {"m", 1min}, {"h", 1h}}};
    for (const auto& [known, length] : units) {
        if (known == name)
            return length;
    }
    return std::nullopt;
}

bool add_interval(std::string_view name, double factor, window& sum) {
    if (name == "hb.server")
        sum.server_intervals += factor;
    else if (name == "hb.client")
        sum.client_intervals += factor;
    else
        return false;
    return true;
}

bool add_term(std::string_view term, window& sum) {
    if (add_interval(term, 1, sum))
        return true;
    const auto read = parse_quantity(term);
    if (!read)
        return false;
    if (read->unit.starts_with('*'))
        return add_interval(read->unit.substr(1), read->value, sum);
    const auto unit = unit_named(read->unit);
    if (!unit || read->value * *unit > longest)
        return false;
    sum.fixed += std::chrono::duration_cast<std::chrono::nanoseconds>(read->value * *unit);
    return true;
}

bool bounded(const window& sum) {
    return sum.fixed <= longest && sum.server_intervals <= most_intervals &&
           sum.client_intervals <= most_intervals;
}

} // namespace

std::optional<window> parse_window(std::string_view text) {
    const auto joined = without_blanks(text);
    std::string_view rest = joined;
    window sum;
    while (true) {
        const auto plus = rest.find('+');
        if (!add_term(rest.substr(0, plus), sum) || !bounded(sum))
            return std::nullopt;
        if (plus == std::string_view::npos)
            return sum;
        rest.remove_prefix(plus + 1);
    }
}

std::optional<std::chrono::nanoseconds> length_of(const window& subject,
                                                  const stomp::heartbeat_plan& plan) {
    const auto missing = [](double factor, stomp::milliseconds interval) {
        return factor > 0 && interval.count() == 0;
    };
    if (missing(subject.server_intervals, plan.expect_every) ||
        missing(subject.client_intervals, plan.send_every))
        return std::nullopt;
    const auto part = [](double factor, stomp::milliseconds interval) {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(factor * interval);
    };
    return subject.fixed + part(subject.server_intervals, plan.expect_every) +
           part(subject.client_intervals, plan.send_every);
}

} // namespace rhombus::scenario
