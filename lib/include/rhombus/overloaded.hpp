#pragma once

namespace rhombus {

/// One visitor made of several functions, for std::visit.
template <class... Functions>
struct overloaded : Functions... {
    using Functions::operator()...;
};

// C++20 deduces this itself; clang 14, which lints the code, does not yet.
template <class... Functions>
overloaded(Functions...) -> overloaded<Functions...>;

} // namespace rhombus
