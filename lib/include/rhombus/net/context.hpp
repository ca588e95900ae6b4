#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace rhombus::net {

/// The event loop of one thread. Work is begun on connections and carried out by run().
class context {
public:
    context();
    context(const context&) = delete;
    context& operator=(const context&) = delete;
    ~context();

    /// Carries out all begun work; returns when none is left or an interrupt came.
    void run();

    /// From now on SIGINT and SIGTERM end run() early instead of the process.
    void catch_interrupts();
    /// @returns the signal that ended run(), nullopt when none came.
    [[nodiscard]] std::optional<int> interrupted() const noexcept;

    /// Calls back every interval while run() runs, for progress displays.
    void on_tick(std::chrono::milliseconds interval, std::function<void()> callback);

    /// Begins a wait; run() returns after it. For back-off between attempts.
    void begin_wait(std::chrono::milliseconds duration);

    struct state;
    /// @returns the loop itself, for the files of this library that show Asio.
    [[nodiscard]] state& inner() noexcept;

private:
    std::unique_ptr<state> state_;
};

} // namespace rhombus::net
