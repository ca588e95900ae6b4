#include "inflater.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <span>
#include <zlib.h>

namespace rhombus::websocket {
namespace {

using namespace std::string_view_literals;

// What a sender takes off the end of every message.
constexpr auto tail = "\0\0\xFF\xFF"sv;
constexpr int raw_deflate_with_32_kib = -15;
constexpr std::size_t first_step = 4096;
constexpr std::size_t longest_piece = std::numeric_limits<uInt>::max();
// Of z_stream::data_type: inflate() stopped between two blocks; bits of the last octet left over.
constexpr int between_blocks = 128;
constexpr int bits_left_over = 63;

} // namespace

struct inflater::stream {
    z_stream state{};
    bool at_block_end = true;

    enum class progress : std::uint8_t { going, done, corrupt };
    /// One step of zlib; `room` is cut to what was written.
    [[nodiscard]] progress step(int flush, std::span<char>& room);
};

inflater::stream::progress inflater::stream::step(int flush, std::span<char>& room) {
    state.next_out = reinterpret_cast<Bytef*>(room.data()); // zlib's octets are unsigned
    state.avail_out = static_cast<uInt>(std::min(room.size(), longest_piece));
    const auto offered = state.avail_out;
    const auto answer = ::inflate(&state, flush);
    const bool full = state.avail_out == 0;
    room = room.first(offered - state.avail_out);
    at_block_end =
        (state.data_type & between_blocks) != 0 && (state.data_type & bits_left_over) == 0;

    if (answer == Z_MEM_ERROR)
        throw std::bad_alloc{};
    if (answer == Z_STREAM_END) {
        // A block with BFINAL ends a stream of DEFLATE, but neither message nor context (RFC 7692
        // section 7.2.3.4). Unlike inflateReset this keeps the window.
        inflateResetKeep(&state);
        at_block_end = true;
    } else if (answer != Z_OK && answer != Z_BUF_ERROR) {
        return progress::corrupt;
    }
    return state.avail_in > 0 || full ? progress::going : progress::done;
}

inflater::inflater() : stream_{std::make_unique<stream>()} {
    if (inflateInit2(&stream_->state, raw_deflate_with_32_kib) != Z_OK)
        throw std::bad_alloc{};
}

inflater::~inflater() {
    inflateEnd(&stream_->state);
}

void inflater::forget_context() noexcept {
    inflateReset(&stream_->state);
}

inflater::outcome inflater::add(std::string_view deflated, octet_buffer& inflated,
                                std::size_t limit) {
    while (!deflated.empty()) {
        const auto piece = deflated.substr(0, longest_piece);
        if (const auto result = run(piece, Z_SYNC_FLUSH, inflated, limit); result != outcome::good)
            return result;
        deflated.remove_prefix(piece.size());
    }
    return outcome::good;
}

inflater::outcome inflater::end(octet_buffer& inflated, std::size_t limit) {
    const auto result = run(tail, Z_BLOCK, inflated, limit);
    return result == outcome::good && !stream_->at_block_end ? outcome::corrupt : result;
}

inflater::outcome inflater::run(std::string_view deflated, int flush, octet_buffer& inflated,
                                std::size_t limit) {
    auto& state = stream_->state;
    // zlib reads only; its pointer is not const unless ZLIB_CONST is defined.
    state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(deflated.data()));
    state.avail_in = static_cast<uInt>(deflated.size());
    for (;;) {
        const auto left = limit - inflated.size();
        // At the limit one octet more shows whether there is more.
        char beyond = 0;
        const auto size = std::min(left, inflated.room() > 0 ? inflated.room() : first_step);
        const auto offered = left == 0 ? std::span{&beyond, 1} : inflated.extend(size, limit);
        auto written = offered;
        const auto progress = stream_->step(flush, written);
        if (left == 0 && !written.empty())
            return outcome::too_long;
        if (left > 0)
            inflated.shrink(offered.size() - written.size());
        if (progress == stream::progress::corrupt)
            return outcome::corrupt;
        if (progress == stream::progress::done)
            return outcome::good;
    }
}

} // namespace rhombus::websocket
