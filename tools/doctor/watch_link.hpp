#pragma once

#include "watch_output.hpp"

#include <rhombus/net/connection.hpp>
#include <rhombus/net/context.hpp>
#include <rhombus/session/reconnect_policy.hpp>
#include <rhombus/systems/dialect.hpp>
#include <rhombus/transcript/recorder.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace rhombus::doctor {

/// What the records of the current connection say about its end; bounded, whatever comes.
struct end_traces {
    std::optional<transcript::http_response> answer; ///< To the upgrade; without its body.
    std::optional<std::uint16_t> close_code;
    std::string close_reason;
    bool close_seen = false;
    std::string trouble; ///< Of resolving, connecting or TLS.

    void take(const transcript::record& one);
};

/// @returns what a Retry-After header of the answer asks for; nullopt: nothing usable.
[[nodiscard]] std::optional<std::chrono::milliseconds>
retry_after_of(const transcript::http_response& answer);

/// How one connection ended.
struct link_end {
    session::end_cause cause = session::end_cause::network;
    int code = 0; ///< Close code or HTTP status; 0: none.
    std::string reason;
    std::string text; ///< Stage and cause in plain words.
    std::chrono::milliseconds subscribed_for{};
    std::optional<std::chrono::milliseconds> retry_after;
};

/// One connection of `watch`, from its opening to its end.
class watch_link {
public:
    watch_link(net::context& loop, transcript::recorder& log, const end_traces& traces,
               watch_output& out);

    /// Opens, subscribes and prints until the end. An interrupt makes a wanted end of it.
    [[nodiscard]] link_end run(const net::endpoint& where, const net::connection_options& how,
                               std::unique_ptr<systems::dialect> speaker);

private:
    void open();
    void listen();
    void say_goodbye();
    void tell(const systems::signal& signal);
    [[nodiscard]] link_end refused() const;
    [[nodiscard]] link_end ended() const;
    [[nodiscard]] session::end_cause cause_of_end(std::uint16_t code) const;

    net::context& loop_;
    transcript::recorder& log_;
    const end_traces& traces_;
    watch_output& out_;
    std::unique_ptr<systems::dialect> speaker_;
    std::unique_ptr<net::connection> connection_;
    std::optional<std::chrono::steady_clock::time_point> subscribed_;
    std::chrono::steady_clock::time_point upgraded_{};
    std::optional<session::end_cause> error_cause_; ///< What the server's ERROR says.
    std::optional<std::int64_t> lost_at_; ///< Wall time of the last end of a subscription.
    systems::ended ended_;
};

} // namespace rhombus::doctor
