#pragma once

#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <zlib.h>

namespace rhombus::websocket::test {

/// What one side compresses, by zlib. Spec: RFC 7692 section 7.2.1.
class deflater {
public:
    explicit deflater(int window_bits = 15, int level = Z_DEFAULT_COMPRESSION) {
        if (deflateInit2(&state_, level, Z_DEFLATED, -window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::runtime_error{"deflateInit2"};
    }
    deflater(const deflater&) = delete;
    deflater& operator=(const deflater&) = delete;
    ~deflater() { deflateEnd(&state_); }

    /// @returns the payload of a compressed message.
    [[nodiscard]] std::string message(std::string_view text) {
        state_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
        state_.avail_in = static_cast<uInt>(text.size());
        std::string out;
        std::array<char, 4096> room{};
        do {
            state_.next_out = reinterpret_cast<Bytef*>(room.data());
            state_.avail_out = static_cast<uInt>(room.size());
            ::deflate(&state_, Z_SYNC_FLUSH);
            out.append(room.data(), room.size() - state_.avail_out);
        } while (state_.avail_out == 0);
        out.resize(out.size() - 4);
        return out;
    }
    void forget_context() { deflateReset(&state_); }

private:
    z_stream state_{};
};

} // namespace rhombus::websocket::test
