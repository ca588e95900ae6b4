#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rhombus::session {

/// What a full queue does with one event more.
enum class when_full : std::uint8_t {
    drop_oldest, ///< Makes room: what is newest is worth most.
    drop_newest, ///< Drops it, and all that follow until the queue is half empty: one gap, not
                 ///< many.
    hold_back,   ///< Refuses it; the producer waits until wants_more().
};

/// How much may wait.
struct queue_limits {
    std::size_t events = 1000; ///< The guide's own number (High Memory Usage Over Time).
    std::size_t octets = std::size_t{32} << 20U; ///< Of all events that wait.
    std::size_t reserved = 64;                   ///< Events beyond that, for push_reserved() alone.
};

/// What became of an event.
enum class admission : std::uint8_t { taken, dropped, held_back };

/// What has gone through a queue since it was made; accepted = delivered + evicted + waiting.
struct queue_counts {
    std::uint64_t accepted = 0;  ///< Taken in.
    std::uint64_t delivered = 0; ///< Handed out by pop().
    std::uint64_t dropped = 0;   ///< Refused or evicted; not what was held back.
    std::size_t most_events = 0; ///< That ever waited at once.
    std::size_t most_octets = 0; ///< That ever waited at once.
    bool operator==(const queue_counts&) const = default;
};

/// What pop() hands out.
struct queued_event {
    std::string text{}; ///< As it was pushed.
    /// Events lost between the one delivered before and this one.
    std::uint64_t dropped_before = 0;
    bool operator==(const queued_event&) const = default;
};

/// Events on their way from a reader that must not wait to a consumer that may. Bounded by number
/// and by octets, in the order of arrival; after construction nothing is allocated. Every loss is
/// told once, at its place. Not thread-safe.
class event_queue {
public:
    /// Allocates all that it will ever need.
    event_queue(queue_limits limits, when_full policy);

    /// Takes an event, or does what the policy says. One above the limit of octets is always
    /// dropped.
    admission push(std::string_view event);
    /// Takes an event that must not be lost among others; only full reserves drop it. Never evicts
    /// and is never held back.
    admission push_reserved(std::string_view event);

    /// Takes the oldest event out; reuses the capacity of `into`.
    /// @returns whether there was one.
    [[nodiscard]] bool pop(queued_event& into);

    /// @returns events dropped behind the newest that waits: no event will tell of them yet.
    [[nodiscard]] std::uint64_t untold() const noexcept { return untold_; }
    /// @returns false from the first event that found no room until the queue is half empty.
    [[nodiscard]] bool wants_more() const noexcept { return !congested_; }
    /// @returns how many events wait.
    [[nodiscard]] std::size_t size() const noexcept { return waiting_; }
    /// @returns how many octets wait.
    [[nodiscard]] std::size_t octets() const noexcept { return held_; }
    /// @returns what has gone through so far.
    [[nodiscard]] const queue_counts& counts() const noexcept { return counts_; }

private:
    struct slot {
        std::size_t octets = 0;
        std::uint64_t dropped_before = 0;
    };

    [[nodiscard]] bool has_room(std::size_t octets, std::size_t slots) const noexcept;
    admission refuse() noexcept;
    void store(std::string_view event);
    void evict();
    slot take_slot() noexcept;

    queue_limits limits_;
    when_full policy_;
    std::vector<slot> slots_;      ///< A ring.
    std::unique_ptr<char[]> ring_; ///< Their octets; an event may lie across its end.
    std::size_t first_ = 0;        ///< Index of the oldest slot.
    std::size_t begin_ = 0;        ///< Of its octets.
    std::size_t waiting_ = 0;
    std::size_t held_ = 0;
    std::uint64_t untold_ = 0;
    bool congested_ = false;
    queue_counts counts_;
};

} // namespace rhombus::session
