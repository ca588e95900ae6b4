#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace rhombus::fuzz {

/// Ends the run, so that the fuzzer keeps the input, where a promise does not hold.
inline void expect(bool holds, std::string_view promise) {
    if (holds)
        return;
    std::fprintf(stderr, "broken promise: %.*s\n", static_cast<int>(promise.size()),
                 promise.data());
    std::abort();
}

/// The same for two values that must be equal.
template <class T>
void expect_same(const T& left, const T& right, std::string_view promise) {
    expect(left == right, promise);
}

} // namespace rhombus::fuzz
