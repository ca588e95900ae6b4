#include <rhombus/websocket/octet_buffer.hpp>

#include <boost/assert.hpp>

#include <algorithm>
#include <cstring>

namespace rhombus::websocket {
namespace {

constexpr std::size_t least_capacity = 512;

} // namespace

std::span<char> octet_buffer::extend(std::size_t count, std::size_t bound) {
    BOOST_ASSERT(size_ + count <= bound);
    if (count > room())
        grow(size_ + count, bound);
    const auto begin = octets_.get() + size_;
    size_ += count;
    return {begin, count};
}

void octet_buffer::grow(std::size_t needed, std::size_t bound) {
    const auto capacity = std::clamp(2 * capacity_, std::max(needed, least_capacity),
                                     std::max(bound, least_capacity));
    auto larger = std::make_unique_for_overwrite<char[]>(capacity); // NOLINT(*-avoid-c-arrays)
    if (size_ > 0)
        std::memcpy(larger.get(), octets_.get(), size_);
    octets_ = std::move(larger);
    capacity_ = capacity;
}

} // namespace rhombus::websocket
