#pragma once

#include <rhombus/transcript/record.hpp>
#include <rhombus/transcript/redactor.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rhombus::transcript {

/// How far the two clocks may drift apart from one record to the next. Slewing moves both alike; a
/// program that is not run between asking the one and the other shows a few ms. The smallest step
/// that time services make is 128 ms (ntpd; systemd-timesyncd 400 ms, chronyd as it is set).
inline constexpr std::int64_t clock_tolerance_ns = 100'000'000;

/// Takes what happened, numbers and redacts it, and hands it on.
/// Not thread-safe: all that record on one recorder do so on one strand.
class recorder {
public:
    /// Gives the time of a record: both clocks, taken together.
    using clock = std::function<stamp()>;
    /// Takes each record once it is numbered and redacted.
    using sink = std::function<void(const record&)>;

    /// @param now asked once a record; the core never asks a clock itself.
    recorder(clock now, redactor secrets);

    /// Adds a receiver of every later record (a file, a memory, a live view); called in order.
    void add_sink(sink receiver);

    /// @returns the number for a new connection, from 1.
    [[nodiscard]] std::uint32_t new_connection() noexcept;

    /// Records one thing. A header gains the names of the secrets known so far. Where the wall
    /// clock moved against the monotonic one since the record before, a `clock.step` goes first;
    /// where a secret is cut by the bounds of WebSocket frames, each part is replaced.
    /// @returns its number `n`.
    std::uint64_t add(std::uint32_t conn, origin from, detail what);

    /// Writes the `end` record with totals; later additions are dropped.
    void finish(std::string_view reason);

    /// Adds a secret that became known later (e.g. a decoy key).
    void keep_secret(std::string_view name, std::string_view value);

    /// @returns what is redacted by now, e.g. for a proof scan.
    [[nodiscard]] const redactor& secrets() const noexcept { return secrets_; }

private:
    /// The data of one direction of a connection, as far as it may begin a secret.
    struct stream {
        std::uint32_t conn;
        origin from;
        std::string begun;
    };

    [[nodiscard]] stamp now_with_step();
    void hand_on(record&& subject);
    void clean(record& subject);

    clock now_;
    redactor secrets_;
    std::vector<sink> sinks_;
    std::vector<stream> streams_; ///< Those that begin a secret; nearly always none.
    std::optional<stamp> before_; ///< When the last record was.
    std::uint64_t next_ = 0;
    std::uint32_t connections_ = 0;
    std::uint64_t dropped_ = 0;
    bool finished_ = false;
};

} // namespace rhombus::transcript
