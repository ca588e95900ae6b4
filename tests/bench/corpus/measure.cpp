#include "measure.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <vector>

namespace rhombus::bench {
namespace {

using clock = std::chrono::steady_clock;
using seconds = std::chrono::duration<double>;

seconds duration_of(const std::string& text) {
    char* end = nullptr;
    const auto value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || !std::isfinite(value) || value < 0)
        throw std::runtime_error{"expected seconds as a decimal number, got " + text};
    return seconds{value};
}

corpus_counts read_first(const way& measured, const corpus& input, const std::string& prefix) {
    try {
        return measured.read(input);
    } catch (const std::runtime_error& trouble) {
        throw std::runtime_error{prefix + ".stomp: " + trouble.what()};
    }
}

/// Of this thread alone: what other programs take from it does not count.
seconds processor_time() {
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
}

double median(std::vector<seconds>& times) {
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return middle->count();
}

/// How long a pass takes, in seconds.
struct cost {
    double wall = 0;
    double processor = 0;
};

cost median_pass(const way& measured, const corpus& input, seconds limit) {
    std::vector<seconds> wall;
    std::vector<seconds> processor;
    for (seconds total{}; total < limit || wall.size() < 3; total += wall.back()) {
        const auto used = processor_time();
        const auto begun = clock::now();
        static_cast<void>(measured.read(input));
        wall.emplace_back(clock::now() - begun);
        processor.push_back(processor_time() - used);
    }
    return {median(wall), median(processor)};
}

} // namespace

const way& way_called(std::string_view name, std::span<const way> ways) {
    const auto found = std::ranges::find(ways, name, &way::name);
    if (found != ways.end())
        return *found;
    std::string names;
    for (const auto& each : ways)
        names.append(names.empty() ? "" : ", ").append(each.name);
    throw std::runtime_error{"expected one of " + names + ", got " + std::string{name}};
}

void measure(const way& measured, const std::string& prefix, const std::string& limit) {
    const auto duration = duration_of(limit);
    const auto input = read_corpus(prefix);
    const auto seen = read_first(measured, input, prefix);
    const auto time = median_pass(measured, input, duration);
    const auto mib = static_cast<double>(input.octets.size()) / (1 << 20);
    std::printf("{\"mib_s\": %.1f, \"mib_cpu_s\": %.1f, \"frames_s\": %.0f, \"ok\": %s, "
                "\"seen\": [%llu, %llu]}\n",
                mib / time.wall, mib / time.processor,
                static_cast<double>(input.expected.frames) / time.wall,
                seen == measured.visible(input.expected) ? "true" : "false",
                static_cast<unsigned long long>(seen.frames),
                static_cast<unsigned long long>(seen.body_octets));
}

} // namespace rhombus::bench
