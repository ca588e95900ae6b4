#include "line_queue.hpp"

#include <cerrno>
#include <chrono>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace rhombus::doctor {
namespace {

constexpr std::chrono::seconds ending_patience{1};

/// Not by stdio: a write that never ends would hold its lock, and the process could not end.
/// @returns whether all was written.
bool write_all(int descriptor, std::string_view octets) {
    while (!octets.empty()) {
        const auto size = ::write(descriptor, octets.data(), octets.size());
        if (size >= 0) {
            octets.remove_prefix(static_cast<std::size_t>(size));
        } else if (errno == EAGAIN) {
            pollfd ready{descriptor, POLLOUT, 0};
            ::poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

} // namespace

line_queue::line_queue(int descriptor, loss_line tell)
    : shared_{std::make_shared<shared>()}, writer_{[with = shared_, descriptor, tell] {
          write_lines(*with, descriptor, tell);
      }} {}

line_queue::~line_queue() {
    if (writer_.joinable())
        finish();
}

void line_queue::add(std::string_view line) {
    const std::lock_guard lock{shared_->mutex};
    shared_->waiting.push(line);
    shared_->changed.notify_all();
}

void line_queue::add_state(std::string_view line) {
    const std::lock_guard lock{shared_->mutex};
    shared_->waiting.push_reserved(line);
    shared_->changed.notify_all();
}

std::uint64_t line_queue::newly_dropped() {
    const auto all = shared_->waiting.counts().dropped;
    return all - std::exchange(told_, all);
}

std::uint64_t line_queue::take_dropped() {
    const std::lock_guard lock{shared_->mutex};
    return shared_->waiting.wants_more() ? newly_dropped() : 0;
}

std::uint64_t line_queue::finish() {
    std::unique_lock lock{shared_->mutex};
    shared_->ending = true;
    shared_->changed.notify_all();
    const bool written =
        shared_->changed.wait_for(lock, ending_patience, [&] { return shared_->done; });
    const auto unwritten = shared_->waiting.size() + (shared_->writing ? 1 : 0);
    const auto lost = newly_dropped() + unwritten;
    lock.unlock();
    if (written)
        writer_.join();
    else
        writer_.detach(); // Stuck in a write that the reader never takes; the process ends now.
    return lost;
}

void line_queue::write_lines(shared& with, int descriptor, loss_line tell) {
    session::queued_event next;
    std::string text;
    std::unique_lock lock{with.mutex};
    for (bool writable = true; writable;) {
        with.changed.wait(lock, [&] { return with.waiting.size() > 0 || with.ending; });
        const bool some = with.waiting.pop(next);
        const auto lost = some ? next.dropped_before : with.waiting.untold();
        text = lost > 0 ? tell(lost) : std::string{};
        if (!text.empty())
            text += '\n';
        if (some)
            (text += next.text) += '\n';
        with.writing = some;
        lock.unlock();
        writable = write_all(descriptor, text) && some;
        lock.lock();
        with.writing = false;
    }
    with.done = true;
    with.changed.notify_all();
}

} // namespace rhombus::doctor
