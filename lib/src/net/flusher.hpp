#pragma once

#include "coroutine.hpp"

#include <rhombus/net/frame_sink.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <utility>

namespace rhombus::net {

/// Flushes a sink within a second after frames came, and never more often than needed.
class flusher {
public:
    /// @param frames nullptr: there is nothing to flush.
    flusher(const asio::any_io_executor& loop, std::shared_ptr<frame_sink> frames)
        : frames_{std::move(frames)}, timer_{loop} {}
    flusher(const flusher&) = delete;
    flusher& operator=(const flusher&) = delete;
    ~flusher() { flush(); }

    /// Frames came.
    void note_frames() {
        if (!frames_ || *due_)
            return;
        *due_ = true;
        timer_.expires_after(std::chrono::seconds{1});
        timer_.async_wait([due = due_, frames = frames_](error_code cancelled) {
            *due = false;
            if (!cancelled)
                frames->flush();
        });
    }

    void flush() {
        if (frames_)
            frames_->flush();
    }

private:
    std::shared_ptr<frame_sink> frames_;
    asio::steady_timer timer_;
    std::shared_ptr<bool> due_ = std::make_shared<bool>(false); ///< The timer's callback keeps it.
};

} // namespace rhombus::net
