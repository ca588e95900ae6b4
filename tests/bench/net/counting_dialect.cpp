#include "counting_dialect.hpp"

#include <chrono>
#include <sys/resource.h>

namespace rhombus::bench {
namespace {

double seconds(const timeval& span) {
    return static_cast<double>(span.tv_sec) + static_cast<double>(span.tv_usec) / 1e6;
}

} // namespace

moment moment::now() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return {std::chrono::duration<double>(since).count(),
            seconds(used.ru_utime) + seconds(used.ru_stime)};
}

} // namespace rhombus::bench
