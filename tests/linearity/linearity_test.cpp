#include "linear_case.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <limits>

namespace rhombus::linearity {

std::string repeated(std::string_view part, std::size_t size) {
    std::string text{part};
    while (text.size() + part.size() <= size)
        text += part;
    return text;
}

void in_pieces(std::string_view octets, std::size_t size,
               const std::function<void(std::string_view)>& take) {
    for (std::size_t i = 0; i < octets.size(); i += size)
        take(octets.substr(i, size));
}

namespace {

// Processor time of this thread alone: other programs do not count, however busy the machine is.
double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// @returns the least of a few measurements.
double cost(const linear_case& subject, const std::string& text, int measurements) {
    auto least = std::numeric_limits<double>::max();
    for (int i = 0; i < measurements; ++i) {
        const auto began = processor_seconds();
        subject.work(text);
        least = std::min(least, processor_seconds() - began);
    }
    return least;
}

class Linear : public testing::TestWithParam<linear_case> {};

// What grows with the square would cost 64 times as much an octet, what grows with the logarithm a
// few times; caches and the allocator cost a little more for large texts.
TEST_P(Linear, AnOctetOfALongTextCostsNoMoreThanOneOfAShortText) {
    constexpr double allowance = 4;
    const auto& subject = GetParam();
    const auto small = subject.text_of(subject.least);
    const auto large = subject.text_of(subject.least * times);
    const auto octets_ratio = static_cast<double>(large.size()) / static_cast<double>(small.size());
    ASSERT_GT(octets_ratio, times / 2.0);
    const auto one = cost(subject, small, 10);
    const auto many = cost(subject, large, 2);
    EXPECT_LT(many, allowance * octets_ratio * one) << small.size() << " octets: " << one << " s, "
                                                    << large.size() << " octets: " << many << " s";
}

std::vector<linear_case> all_cases() {
    auto cases = stomp_cases();
    for (const auto& more : {websocket_cases(), text_cases()})
        cases.insert(cases.end(), more.begin(), more.end());
    return cases;
}

INSTANTIATE_TEST_SUITE_P(Cases, Linear, testing::ValuesIn(all_cases()),
                         [](const auto& row) { return row.param.name; });

} // namespace
} // namespace rhombus::linearity
