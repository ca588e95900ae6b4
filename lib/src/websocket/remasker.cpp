#include "masking.hpp"

#include <rhombus/websocket/remasker.hpp>

#include <algorithm>
#include <utility>

namespace rhombus::websocket {
namespace {

// RFC 6455 section 5.2.
constexpr unsigned char mask_bit = 0x80;
constexpr unsigned char length_bits = 0x7F;
constexpr unsigned char two_octets_follow = 126;
constexpr unsigned char eight_octets_follow = 127;
constexpr std::size_t first_octets = 2;

} // namespace

remasker::remasker(std::function<masking_key()> fresh_key) : fresh_key_{std::move(fresh_key)} {}

void remasker::apply(std::span<char> octets) {
    while (!octets.empty()) {
        if (payload_left_ == 0) {
            octets.front() = take_header_octet(static_cast<unsigned char>(octets.front()));
            octets = octets.subspan(1);
            continue;
        }
        const auto count = std::min<std::uint64_t>(octets.size(), payload_left_);
        apply_mask(octets.data(), {octets.data(), count}, change_, phase_);
        phase_ = (phase_ + count) % change_.size();
        payload_left_ -= count;
        octets = octets.subspan(count);
    }
}

std::size_t remasker::length_octets() const noexcept {
    const auto length = header_[1] & length_bits;
    return length == two_octets_follow ? 2 : length == eight_octets_follow ? 8 : 0;
}

char remasker::take_header_octet(unsigned char octet) {
    const auto at = header_octets_++;
    header_[at] = octet;
    if (at < 1)
        return static_cast<char>(octet);
    const bool masked = (header_[1] & mask_bit) != 0;
    const auto key_begin = first_octets + length_octets();
    const auto header_end = key_begin + (masked ? key_.size() : 0);
    auto changed = octet;
    if (masked && at >= key_begin) {
        const auto i = at - key_begin;
        if (i == 0)
            key_ = fresh_key_();
        changed = key_[i];
        change_[i] = static_cast<unsigned char>(octet ^ changed);
    }
    if (header_octets_ == header_end)
        end_header();
    return static_cast<char>(changed);
}

void remasker::end_header() {
    const bool masked = (header_[1] & mask_bit) != 0;
    payload_left_ = header_[1] & length_bits;
    if (length_octets() > 0) {
        payload_left_ = 0;
        for (std::size_t i = 0; i < length_octets(); ++i)
            payload_left_ = (payload_left_ << 8U) | header_[first_octets + i];
    }
    if (!masked)
        change_ = {};
    phase_ = 0;
    header_octets_ = 0;
}

} // namespace rhombus::websocket
