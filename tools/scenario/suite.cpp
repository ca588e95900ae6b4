#include "suite.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

namespace rhombus::scenario {

namespace {

using namespace std::chrono_literals;

/// Starting all clients at once would make each of them late.
constexpr auto between_starts = 100ms;

} // namespace

std::vector<case_result> run_all(const std::vector<test_case>& cases, const run_setting& how,
                                 std::size_t jobs, const std::stop_token& stop,
                                 const std::function<void(const case_result&)>& finished) {
    std::vector<std::optional<case_result>> results(cases.size());
    std::atomic<std::size_t> next{0};
    std::mutex telling;
    const auto work = [&] {
        for (auto i = next++; i < cases.size() && !stop.stop_requested(); i = next++) {
            results[i] = run_case(cases[i], how, stop);
            const std::lock_guard one_at_a_time{telling};
            finished(*results[i]);
        }
    };
    {
        std::vector<std::jthread> workers;
        for (std::size_t i = 0; i < std::min(jobs, cases.size()); ++i) {
            workers.emplace_back(work);
            std::this_thread::sleep_for(between_starts);
        }
    }
    std::vector<case_result> done;
    for (auto& result : results) {
        if (result)
            done.push_back(*std::move(result));
    }
    return done;
}

} // namespace rhombus::scenario
