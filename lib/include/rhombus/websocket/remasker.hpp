#pragma once

#include <rhombus/websocket/frame.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace rhombus::websocket {

/// Gives each masked frame of a client's stream a masking key of its own choice (RFC 6455 section
/// 5.3: fresh and unpredictable). Beast 1.81 hands its secure keys out sixteen at a time, and each
/// sixteen up to sixteen times.
class remasker {
public:
    /// Four octets, fresh and unpredictable.
    using masking_key = websocket::masking_key;
    /// @param fresh_key asked once a masked frame.
    explicit remasker(std::function<masking_key()> fresh_key);

    /// Changes the next octets of the stream in place; frames may be cut anywhere.
    void apply(std::span<char> octets);

private:
    [[nodiscard]] char take_header_octet(unsigned char octet);
    [[nodiscard]] std::size_t length_octets() const noexcept;
    void end_header();

    static constexpr std::size_t longest_header = 14;

    std::function<masking_key()> fresh_key_;
    std::array<unsigned char, longest_header> header_{};
    std::size_t header_octets_ = 0; ///< Of the current frame's header that have passed.
    std::uint64_t payload_left_ = 0;
    masking_key key_{};
    masking_key change_{};  ///< Old key XOR new key.
    std::size_t phase_ = 0; ///< Index into change_ of the next payload octet.
};

} // namespace rhombus::websocket
