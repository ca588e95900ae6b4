#include "tolerances.hpp"

namespace rhombus::rules {

namespace {

nanoseconds times(double factor, nanoseconds interval) {
    return std::chrono::duration_cast<nanoseconds>(factor * interval);
}

} // namespace

band scaled(const tolerances::multiples& bounds, nanoseconds interval) {
    return {times(bounds.good_from, interval), times(bounds.good_to, interval),
            times(bounds.tolerable_from, interval), times(bounds.tolerable_to, interval)};
}

std::optional<level> deviation(nanoseconds measured, const band& bounds) {
    if (measured >= bounds.good_from - scheduling && measured <= bounds.good_to + scheduling)
        return std::nullopt;
    const auto tolerable = measured >= bounds.tolerable_from - scheduling &&
                           measured <= bounds.tolerable_to + scheduling;
    return tolerable ? level::should : level::must;
}

std::optional<level> overdue(nanoseconds elapsed, const band& bounds) {
    if (elapsed <= bounds.good_to + scheduling)
        return std::nullopt;
    return elapsed <= bounds.tolerable_to + scheduling ? level::should : level::must;
}

} // namespace rhombus::rules
