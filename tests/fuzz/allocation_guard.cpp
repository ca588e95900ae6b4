#include "allocation_guard.hpp"

#include "expect.hpp"

#include <algorithm>
#include <cstddef>
#include <sanitizer/allocator_interface.h>

namespace rhombus::fuzz {
namespace {

struct counts {
    bool watching = false;
    std::ptrdiff_t held = 0;
    std::ptrdiff_t peak = 0;
    std::size_t largest = 0;
};
counts now; // NOLINT(*-avoid-non-const-global-variables): the sanitizer's hooks take no argument.

void count_new(const volatile void* /*block*/, std::size_t octets) {
    if (!now.watching)
        return;
    now.largest = std::max(now.largest, octets);
    now.held += static_cast<std::ptrdiff_t>(octets);
    now.peak = std::max(now.peak, now.held);
}

void count_freed(const volatile void* block) {
    if (now.watching && block != nullptr)
        now.held -= static_cast<std::ptrdiff_t>(
            __sanitizer_get_allocated_size(const_cast<const void*>(block)));
}

} // namespace

allocation_guard::allocation_guard() {
    [[maybe_unused]] static const int installed =
        __sanitizer_install_malloc_and_free_hooks(count_new, count_freed);
    expect(installed != 0, "the sanitizer counts allocations");
    now = {.watching = true};
}
allocation_guard::~allocation_guard() {
    now.watching = false;
}

std::size_t allocation_guard::largest() const noexcept {
    return now.largest;
}
std::size_t allocation_guard::peak() const noexcept {
    return static_cast<std::size_t>(now.peak);
}

} // namespace rhombus::fuzz
