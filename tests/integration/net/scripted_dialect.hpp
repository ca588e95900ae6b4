#pragma once

#include <rhombus/systems/dialect.hpp>

#include <deque>
#include <string>
#include <vector>

namespace rhombus::test {

/// Sends what it is given at the start; each message that comes is an `event` signal.
class scripted_dialect : public systems::dialect {
public:
    explicit scripted_dialect(std::vector<std::string> says) : says_{says.begin(), says.end()} {}

    [[nodiscard]] systems::opening opening() const override { return {}; }
    void start(systems::time_point) override { started_ = true; }
    void receive(systems::opcode, std::string_view octets, systems::time_point) override {
        heard.emplace_back(octets);
        signals_.emplace_back(systems::event{"", "", "", std::string{octets}});
    }
    void tick(systems::time_point) override {}
    void goodbye(systems::time_point) override { finished_ = true; }
    void transport_ended(boost::system::error_code reason) override {
        end = reason;
        finished_ = true;
        signals_.emplace_back(systems::ended{"transport"});
    }
    [[nodiscard]] std::optional<systems::output> next_output() override {
        if (!started_ || says_.empty())
            return std::nullopt;
        systems::output next{systems::opcode::text, std::move(says_.front())};
        says_.pop_front();
        return next;
    }
    [[nodiscard]] std::optional<systems::signal> next_signal() override {
        if (signals_.empty())
            return std::nullopt;
        auto next = std::move(signals_.front());
        signals_.pop_front();
        return next;
    }
    [[nodiscard]] std::optional<systems::time_point> deadline() const noexcept override {
        return std::nullopt;
    }
    [[nodiscard]] bool finished() const noexcept override { return finished_; }

    void say(std::string text) { says_.push_back(std::move(text)); }

    std::vector<std::string> heard;
    std::optional<boost::system::error_code> end;

private:
    std::deque<std::string> says_;
    std::deque<systems::signal> signals_;
    bool started_ = false;
    bool finished_ = false;
};

} // namespace rhombus::test
