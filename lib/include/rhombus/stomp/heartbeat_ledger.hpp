#pragma once

#include <rhombus/stomp/heartbeat.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rhombus::stomp {

/// A moment of a connection, and what the caller knows it by, e.g. the number of a record.
struct moment {
    time_point when{};      ///< On the caller's monotonic clock.
    std::uint64_t mark = 0; ///< e.g. the number of a record.
    bool operator==(const moment&) const = default;
};

/// A time in which nothing went one way.
struct gap {
    moment from{}; ///< The last octet before it.
    moment to{};   ///< The first octet behind it, or the moment of asking.

    /// @returns how long it was.
    [[nodiscard]] std::chrono::nanoseconds length() const noexcept { return to.when - from.when; }
    bool operator==(const gap&) const = default;
};

/// What one direction of a connection came to.
struct gap_account {
    gap longest{};             ///< The first of equals; the one that is still open included.
    gap last{};                ///< From the last octet to the moment of asking.
    std::uint64_t overdue = 0; ///< Gaps longer than was allowed, the open one included.
    std::uint64_t beats = 0;   ///< Heart-beats that went over the wire.
    std::uint64_t octets = 0;  ///< Beats included.
    bool operator==(const gap_account&) const = default;
};

/// What went over the wire: a heart-beat, or anything else.
enum class sign_of_life : std::uint8_t { beat, data };

/// The gaps in one direction of a connection, in constant memory. Time is told, and does not run
/// backwards: a moment before the last one counts as that one.
class gap_ledger {
public:
    /// @param allowed a longer gap is overdue; 0 ms: none is.
    gap_ledger(milliseconds allowed, moment start) noexcept;

    /// Something went over the wire.
    void take(moment at, std::size_t octets, sign_of_life what) noexcept;

    /// @returns the account as it stands at that moment.
    [[nodiscard]] gap_account until(moment end) const noexcept;

private:
    [[nodiscard]] gap since_last(moment at) const noexcept;
    void count(gap_account& into, const gap& one) const noexcept;

    milliseconds allowed_;
    moment last_;
    gap_account closed_; ///< Of the gaps that have ended.
};

/// Both directions of one connection, from CONNECTED on.
struct heartbeat_ledger {
    /// Begins both accounts; what is allowed follows from the plan.
    heartbeat_ledger(const heartbeat_plan& plan, moment start) noexcept
        : sent{allowed_sending_gap(plan.send_every), start}, received{
                                                                 allowed_silence(plan.expect_every),
                                                                 start} {}

    gap_ledger sent;     ///< By the client.
    gap_ledger received; ///< From the server.
};

} // namespace rhombus::stomp
