#include "frame_scanner.hpp"

#include <rhombus/stomp/frame_reader.hpp>

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

namespace rhombus::stomp {
namespace {

constexpr std::size_t kept_after_violation = 4096;
constexpr std::size_t least_held = 512;

/// Places in a head are kept in 32 bits.
reader_options bounded(reader_options options) {
    const std::size_t most = std::numeric_limits<std::uint32_t>::max();
    options.limits.header_octets = std::min(options.limits.header_octets, most);
    return options;
}

} // namespace

/// The octets at hand: those held from earlier pieces, then the fresh ones of the caller.
class frame_reader::state {
public:
    explicit state(reader_options given)
        : options{bounded(given)}, scanner{options}, held(least_held) {}

    const reader_options options;
    frame_scanner scanner;
    std::vector<char> held; ///< Its capacity; what is in use ends at frame_reader::tail_.
    std::string_view fresh;
    std::size_t base = 0;   ///< Of the first octet at hand in the stream.
    std::size_t spent = 0;  ///< Octets of held that the last token showed.
    bool shown = false;     ///< The last token begins a new one.
    bool unscanned = false; ///< held has octets behind a token in it.
    bool broken = false;
};

frame_reader::frame_reader(reader_options options)
    : state_{std::make_unique<state>(options)}, tail_{state_->held.data()}, look_at_{tail_} {}
frame_reader::frame_reader(frame_reader&& other) noexcept = default;
frame_reader& frame_reader::operator=(frame_reader&& other) noexcept = default;
frame_reader::~frame_reader() = default;

void frame_reader::take(std::string_view octets) {
    if (state_->broken) {
        state_->base += octets.size();
        return;
    }
    state_->fresh = octets;
    waiting_ = false;
}

std::size_t frame_reader::held_octets() const noexcept {
    return static_cast<std::size_t>(tail_ - state_->held.data());
}

void frame_reader::hold(std::string_view octets) {
    if (octets.empty())
        return;
    auto& held = state_->held;
    const auto size = held_octets();
    if (held.size() - size < octets.size())
        held.resize(std::max(held.size() * 2, size + octets.size()));
    std::memcpy(held.data() + size, octets.data(), octets.size());
    tail_ = held.data() + size + octets.size();
}

/// What the last token showed may go now.
void frame_reader::release() {
    auto& s = *state_;
    if (!s.shown)
        return;
    s.shown = false;
    if (const auto left = held_octets() - s.spent; s.spent != 0) {
        std::copy_n(s.held.data() + s.spent, left, s.held.data());
        tail_ = s.held.data() + left;
        s.spent = 0;
    }
    s.scanner.next_token_at(s.base);
}

token frame_reader::advance() {
    auto& s = *state_;
    if (s.broken)
        return token::violation;
    release();
    for (;;) {
        const bool from_held = held_octets() != 0;
        const auto found = from_held ? scan_held() : scan_fresh();
        if (found == token::violation)
            return refuse();
        if (found != token::need_more) {
            s.shown = true;
            return found;
        }
        if (s.fresh.empty())
            return wait();
    }
}

token frame_reader::scan_fresh() {
    auto& s = *state_;
    if (s.fresh.empty())
        return token::need_more;
    const auto found = s.scanner.scan(s.fresh);
    s.base += s.scanner.consumed();
    if (found != token::violation)
        s.fresh.remove_prefix(s.scanner.consumed());
    if (found == token::need_more) {
        hold(s.fresh);
        s.fresh = {};
    }
    return found;
}

token frame_reader::scan_held() {
    auto& s = *state_;
    const auto joined = s.scanner.useful(held_octets(), s.fresh);
    if (joined == 0 && !s.unscanned)
        return token::need_more;
    s.unscanned = false;
    hold(s.fresh.substr(0, joined));
    s.fresh.remove_prefix(joined);
    const auto found = s.scanner.scan({s.held.data(), held_octets()});
    if (found == token::violation)
        return found;
    const auto consumed = s.scanner.consumed();
    s.base += consumed;
    if (found == token::need_more) {
        // Only what is skipped is consumed without a token, and then all of it.
        if (consumed != 0)
            tail_ = s.held.data();
        return found;
    }
    s.spent = consumed;
    const auto surplus = held_octets() - consumed;
    if (surplus <= joined) {
        s.fresh = {s.fresh.data() - surplus, s.fresh.size() + surplus};
        tail_ -= surplus;
    } else {
        s.unscanned = true;
    }
    return found;
}

token frame_reader::refuse() {
    auto& s = *state_;
    s.broken = true;
    waiting_ = false;
    look_at_ = tail_;
    s.base += s.fresh.size();
    if (held_octets() == 0) {
        const auto kept = s.fresh.substr(0, kept_after_violation);
        hold(kept);
        s.base -= kept.size();
    } else if (held_octets() > kept_after_violation) {
        s.base += held_octets() - kept_after_violation;
        tail_ = s.held.data() + kept_after_violation;
    }
    s.fresh = {};
    return token::violation;
}

token frame_reader::wait() {
    auto& s = *state_;
    waiting_ = true;
    look_at_ = tail_;
    if (const auto size = held_octets(); size != 0) {
        look_at_ += std::min(s.scanner.blind_room(size), s.held.size() - size);
        stop_ = s.scanner.stop_octet();
    }
    return token::need_more;
}

void frame_reader::end_message() noexcept {
    state_->scanner.message_ends_at(held_octets());
    look_at_ = tail_;
}

token frame_reader::finish() {
    auto& s = *state_;
    if (s.broken)
        return token::violation;
    release();
    const auto found = s.scanner.finish({s.held.data(), held_octets()});
    if (found == token::violation)
        return refuse();
    if (found != token::need_more) {
        s.shown = true;
        s.spent = s.scanner.consumed();
        s.base += s.spent;
        waiting_ = true;
        look_at_ = tail_;
    }
    return found;
}

const frame_view& frame_reader::frame() const noexcept {
    return state_->scanner.frame();
}
std::size_t frame_reader::offset() const noexcept {
    return state_->scanner.offset();
}
std::size_t frame_reader::octets() const noexcept {
    return state_->scanner.octets();
}
const deviation& frame_reader::violation() const noexcept {
    return *state_->scanner.faults().refused();
}
std::span<const deviation> frame_reader::deviations() const noexcept {
    return state_->scanner.faults().noted();
}

bool frame_reader::inside_frame() const noexcept {
    return !unfinished().empty();
}
std::string_view frame_reader::unfinished() const noexcept {
    return {state_->held.data() + state_->spent, held_octets() - state_->spent};
}
std::size_t frame_reader::fed() const noexcept {
    return state_->base + unfinished().size() + state_->fresh.size();
}

} // namespace rhombus::stomp
