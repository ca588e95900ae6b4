#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace rhombus::transcript {

/// Octets that grow at the end. Unlike std::string it gives room without filling it first.
class octet_buffer {
public:
    /// @returns where the next octets go; at least that many fit. Valid until the next call.
    [[nodiscard]] char* room(std::size_t octets) {
        if (capacity_ - size_ < octets)
            grow(octets);
        return octets_.get() + size_;
    }
    /// Says how far the room was used.
    void end_at(const char* end) noexcept { size_ = static_cast<std::size_t>(end - octets_.get()); }
    void append(std::string_view text) {
        auto* const to = room(text.size());
        if (!text.empty())
            std::memcpy(to, text.data(), text.size());
        size_ += text.size();
    }
    void append(char octet) {
        *room(1) = octet;
        ++size_;
    }
    [[nodiscard]] std::string_view text() const noexcept { return {octets_.get(), size_}; }
    /// Takes the end away again. @param size at most the present one.
    void shrink(std::size_t size) noexcept { size_ = size; }

private:
    void grow(std::size_t octets) {
        const auto capacity = 2 * capacity_ + octets;
        auto larger = std::unique_ptr<char[]>{new char[capacity]}; // not filled
        if (size_ != 0)
            std::memcpy(larger.get(), octets_.get(), size_);
        octets_ = std::move(larger);
        capacity_ = capacity;
    }

    std::unique_ptr<char[]> octets_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

} // namespace rhombus::transcript
