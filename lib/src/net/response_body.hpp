#pragma once

#include "response_head.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rhombus::net {

/// Reads a response's body as far as it is wanted: up to its end, or up to the limit.
/// Spec: RFC 9112 section 6. Chunks are taken apart; a broken chunk ends the body.
class body_reader {
public:
    body_reader(const response_head& head, std::size_t limit);

    void feed(std::string_view octets);
    /// @returns whether the body has ended or as much as is wanted is there.
    [[nodiscard]] bool done() const noexcept { return done_; }
    [[nodiscard]] const std::string& body() const noexcept { return body_; }
    /// @returns how many octets of the body came, kept or not.
    [[nodiscard]] std::uint64_t octets() const noexcept { return octets_; }

private:
    void keep(std::string_view octets);
    void feed_chunks(std::string_view octets);
    [[nodiscard]] bool begin_chunk(std::string_view& octets);

    enum class framing : std::uint8_t { length, chunks, until_close };
    framing framing_ = framing::until_close;
    std::size_t limit_;
    std::uint64_t left_ = 0; ///< Of the body or of the current chunk with its line end.
    std::string line_;       ///< The current chunk's first line.
    std::string body_;
    std::uint64_t octets_ = 0;
    bool done_ = false;
};

} // namespace rhombus::net
