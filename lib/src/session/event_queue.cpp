#include <rhombus/session/event_queue.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace rhombus::session {

// Memory that is never written costs nothing: the ring is not initialized.
event_queue::event_queue(queue_limits limits, when_full policy)
    : limits_{limits}, policy_{policy},
      slots_(limits.events + limits.reserved), ring_{std::make_unique_for_overwrite<char[]>(
                                                   limits.octets)} {}

bool event_queue::has_room(std::size_t octets, std::size_t slots) const noexcept {
    return waiting_ < slots && octets <= limits_.octets - held_;
}

admission event_queue::refuse() noexcept {
    ++counts_.dropped;
    ++untold_;
    return admission::dropped;
}

admission event_queue::push(std::string_view event) {
    if (event.size() > limits_.octets || limits_.events == 0)
        return refuse();
    const bool latched = congested_ && policy_ != when_full::drop_oldest;
    if (!latched && has_room(event.size(), limits_.events)) {
        store(event);
        return admission::taken;
    }
    congested_ = true;
    if (policy_ == when_full::hold_back)
        return admission::held_back;
    if (policy_ == when_full::drop_newest)
        return refuse();
    while (!has_room(event.size(), limits_.events))
        evict();
    store(event);
    return admission::taken;
}

admission event_queue::push_reserved(std::string_view event) {
    if (!has_room(event.size(), slots_.size()))
        return refuse();
    store(event);
    return admission::taken;
}

void event_queue::store(std::string_view event) {
    if (waiting_ == 0) // Stays in the octets that are in use already.
        first_ = begin_ = 0;
    slots_[(first_ + waiting_) % slots_.size()] = {event.size(), std::exchange(untold_, 0)};
    if (!event.empty()) {
        const auto end = (begin_ + held_) % limits_.octets;
        const auto before_wrap = std::min(event.size(), limits_.octets - end);
        std::memcpy(ring_.get() + end, event.data(), before_wrap);
        std::memcpy(ring_.get(), event.data() + before_wrap, event.size() - before_wrap);
    }
    ++waiting_;
    held_ += event.size();
    ++counts_.accepted;
    counts_.most_events = std::max(counts_.most_events, waiting_);
    counts_.most_octets = std::max(counts_.most_octets, held_);
}

/// The loss moves on to the event that now is the oldest.
void event_queue::evict() {
    const auto lost = take_slot().dropped_before + 1;
    ++counts_.dropped;
    (waiting_ == 0 ? untold_ : slots_[first_].dropped_before) += lost;
}

event_queue::slot event_queue::take_slot() noexcept {
    const auto oldest = slots_[first_];
    first_ = (first_ + 1) % slots_.size();
    begin_ = limits_.octets == 0 ? 0 : (begin_ + oldest.octets) % limits_.octets;
    --waiting_;
    held_ -= oldest.octets;
    if (waiting_ <= limits_.events / 2 && held_ <= limits_.octets / 2)
        congested_ = false;
    return oldest;
}

bool event_queue::pop(queued_event& into) {
    if (waiting_ == 0)
        return false;
    const auto& oldest = slots_[first_];
    const auto before_wrap = std::min(oldest.octets, limits_.octets - begin_);
    into.text.assign(ring_.get() + begin_, before_wrap);
    into.text.append(ring_.get(), oldest.octets - before_wrap);
    into.dropped_before = oldest.dropped_before;
    take_slot();
    ++counts_.delivered;
    return true;
}

} // namespace rhombus::session
