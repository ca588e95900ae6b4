#pragma once

#include <rhombus/session/event_queue.hpp>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace rhombus::doctor {

/// Whole lines to a file descriptor through a bounded queue and a thread of its own, so that a
/// reader who stalls never holds up the stream (requirements ). What does not fit is
/// counted, and told at its place.
class line_queue {
public:
    /// @returns the line that tells of so many lost ones; empty: nothing is written.
    using loss_line = std::string (*)(std::uint64_t count);

    /// @param descriptor stays the caller's.
    line_queue(int descriptor, loss_line tell);
    line_queue(const line_queue&) = delete;
    line_queue& operator=(const line_queue&) = delete;
    ~line_queue();

    /// Adds one line, or drops it.
    void add(std::string_view line);
    /// Adds a line that must not be lost among others: there is room kept for it.
    void add_state(std::string_view line);

    /// @returns how many lines were dropped since the last call; 0 while more are being dropped.
    [[nodiscard]] std::uint64_t take_dropped();
    /// Ends the writing: waits a little for the reader, then leaves the rest unwritten.
    /// @returns how many lines were dropped since the last call, those left unwritten included.
    std::uint64_t finish();

private:
    /// Shared with the writing thread, which may outlive this object inside a write that never
    /// ends.
    struct shared {
        std::mutex mutex;
        std::condition_variable changed;
        session::event_queue waiting{{}, session::when_full::drop_newest};
        bool ending = false;
        bool writing = false;
        bool done = false;
    };
    static void write_lines(shared& with, int descriptor, loss_line tell);
    [[nodiscard]] std::uint64_t newly_dropped();

    std::uint64_t told_ = 0; ///< Of the dropped ones, those that take_dropped() gave out.
    std::shared_ptr<shared> shared_;
    std::thread writer_;
};

} // namespace rhombus::doctor
