#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace rhombus::websocket {

/// Octets that grow to a bound known beforehand. Memory follows what has come, never what was
/// promised, and is kept for the next use: at most the bound is held, and less than twice of it
/// while growing.
class octet_buffer {
public:
    /// @returns how many octets are held.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// @returns them; valid until the next change.
    [[nodiscard]] std::string_view view() const noexcept { return {octets_.get(), size_}; }
    /// Forgets them and keeps the memory.
    void clear() noexcept { size_ = 0; }

    /// Appends uninitialised octets.
    /// @param bound of the whole buffer; size() + count is not above it.
    /// @returns the new octets; they hold until the next call that is not const.
    [[nodiscard]] std::span<char> extend(std::size_t count, std::size_t bound);
    /// Appends one octet where there is room().
    void push(char octet) noexcept { octets_[size_++] = octet; }
    /// Takes the last octets away again.
    void shrink(std::size_t count) noexcept { size_ -= count; }
    /// @returns how many octets fit before memory is asked for.
    [[nodiscard]] std::size_t room() const noexcept { return capacity_ - size_; }

private:
    void grow(std::size_t needed, std::size_t bound);

    std::unique_ptr<char[]>
        octets_; // NOLINT(*-avoid-c-arrays): the size is known at run time only.
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

} // namespace rhombus::websocket
