#pragma once

#include <rhombus/transcript/record.hpp>
#include <rhombus/transcript/redactor.hpp>

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace rhombus::transcript {

/// Takes what happened, numbers and redacts it, and hands it on.
/// Not thread-safe: all that record on one recorder do so on one strand.
class recorder {
public:
    using clock = std::function<stamp()>;
    using sink = std::function<void(const record&)>;

    /// @param now asked once a record; the core never asks a clock itself.
    recorder(clock now, redactor secrets);

    /// Adds a receiver of every later record (a file, a memory, a live view); called in order.
    void add_sink(sink receiver);

    /// @returns the number for a new connection, from 1.
    [[nodiscard]] std::uint32_t new_connection() noexcept;

    /// Records one thing. A header gains the names of the secrets known so far.
    /// @returns its number `n`.
    std::uint64_t add(std::uint32_t conn, origin from, detail what);

    /// Writes the `end` record with totals; later additions are dropped.
    void finish(std::string_view reason);

    /// Adds a secret that became known later (e.g. a decoy key).
    void keep_secret(std::string_view name, std::string_view value);

private:
    void hand_on(record&& subject);

    clock now_;
    redactor secrets_;
    std::vector<sink> sinks_;
    std::uint64_t next_ = 0;
    std::uint32_t connections_ = 0;
    std::uint64_t dropped_ = 0;
    bool finished_ = false;
};

} // namespace rhombus::transcript
