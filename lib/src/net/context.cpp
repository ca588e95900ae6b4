#include "context_state.hpp"

#include <boost/asio/co_spawn.hpp>

#include <csignal>
#include <utility>

namespace rhombus::net {
namespace {

void await_interrupt(context::state& loop) {
    loop.signals->async_wait([&loop](error_code failure, int number) {
        if (failure)
            return;
        loop.interrupt = number;
        loop.io.stop();
        await_interrupt(loop);
    });
}

void await_tick(ticker& ticks) {
    ticks.timer.expires_after(ticks.interval);
    ticks.timer.async_wait([&ticks](error_code failure) {
        if (failure)
            return;
        ticks.callback();
        await_tick(ticks);
    });
}

} // namespace

context::context() : state_{std::make_unique<state>()} {}

context::~context() {
    state_->ending = true;
}

void context::run() {
    state_->io.restart();
    if (state_->begun == 0) {
        state_->io.poll(); // A signal may have come since.
        return;
    }
    state_->io.run();
}

void context::catch_interrupts() {
    if (state_->signals)
        return;
    state_->signals.emplace(state_->io, SIGINT, SIGTERM);
    await_interrupt(*state_);
}

std::optional<int> context::interrupted() const noexcept {
    return state_->interrupt;
}

void context::on_tick(std::chrono::milliseconds interval, std::function<void()> callback) {
    state_->ticks.reset(new ticker{asio::steady_timer{state_->io}, interval, std::move(callback)});
    await_tick(*state_->ticks);
}

void context::begin_wait(std::chrono::milliseconds duration) {
    auto timer = std::make_shared<asio::steady_timer>(state_->io, duration);
    auto work = std::make_shared<begun_work>(*state_);
    timer->async_wait([timer, work](error_code) mutable { work.reset(); });
}

context::state& context::inner() noexcept {
    return *state_;
}

} // namespace rhombus::net
