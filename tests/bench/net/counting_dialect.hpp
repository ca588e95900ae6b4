#pragma once

#include <rhombus/systems/dialect.hpp>

#include <cstdint>

namespace rhombus::bench {

/// Processor time of this process and the time of day, both in seconds.
struct moment {
    double wall = 0;
    double cpu = 0;
    [[nodiscard]] static moment now();
};

/// Says nothing and counts what comes, from the first message to the end.
class counting_dialect final : public systems::dialect {
public:
    [[nodiscard]] systems::opening opening() const override { return {}; }
    void start(systems::time_point) override {}
    void receive(systems::opcode, std::string_view message, systems::time_point) override {
        if (messages == 0)
            first = moment::now();
        ++messages;
        octets += message.size();
    }
    void tick(systems::time_point) override {}
    void goodbye(systems::time_point) override {}
    void transport_ended(boost::system::error_code) override { finished_ = true; }
    [[nodiscard]] std::optional<systems::output> next_output() override { return std::nullopt; }
    [[nodiscard]] std::optional<systems::signal> next_signal() override { return std::nullopt; }
    [[nodiscard]] std::optional<systems::time_point> deadline() const noexcept override {
        return std::nullopt;
    }
    [[nodiscard]] bool finished() const noexcept override { return finished_; }

    std::uint64_t messages = 0;
    std::uint64_t octets = 0;
    moment first; ///< Of the first message.

private:
    bool finished_ = false;
};

} // namespace rhombus::bench
