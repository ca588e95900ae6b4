#pragma once

#include "command_line.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace rhombus::doctor {

/// Standard output of `watch`: whole lines through a bounded queue, so that a reader who stalls
/// never holds up the stream. What does not fit is counted and told (requirements ).
class line_queue {
public:
    explicit line_queue(std::size_t limit);
    line_queue(const line_queue&) = delete;
    line_queue& operator=(const line_queue&) = delete;
    /// Waits a little for the reader, then leaves the rest unwritten.
    ~line_queue();

    /// Adds one line, or counts it as dropped.
    void add(std::string line);
    /// @returns how many lines were dropped since the last call.
    [[nodiscard]] std::size_t take_dropped();

private:
    /// Shared with the writing thread, which may outlive this object inside a write that never
    /// ends.
    struct shared {
        std::mutex mutex;
        std::condition_variable changed;
        std::deque<std::string> lines;
        bool ending = false;
        bool idle = true;
    };
    static void write_lines(shared& with);

    std::size_t limit_;
    std::size_t dropped_ = 0;
    std::shared_ptr<shared> shared_;
    std::thread writer_;
};

/// What `watch` tells: events and states as JSON lines (level L1), or lines for a person.
class watch_output {
public:
    explicit watch_output(format form);

    void connected();
    void subscribed();
    /// Prints an event's body as received, on one line; reports a body that is no JSON object.
    void event(std::string_view kind, std::string_view key, std::string_view body);
    /// @param code the close code or HTTP status; 0: none.
    void closed(int code, std::string_view reason, std::string_view cause);
    void error(std::string_view message);
    void gave_up(std::string_view reason);
    /// Events of this time may be missing: the stream is live only.
    void gap(std::int64_t from_wall_ms, std::int64_t to_wall_ms);

private:
    void state(std::string line, std::string_view for_a_person);
    void tell_dropped();

    format form_;
    line_queue lines_;
};

} // namespace rhombus::doctor
