#include "complaint.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace rhombus::doctor {

int complain(std::string_view message) {
    constexpr int usage_exit = 2;
    if (!message.empty())
        fmt::print(stderr, "rhombus-doctor: {}\n", message);
    return usage_exit;
}

} // namespace rhombus::doctor
