#pragma once

#include "facts.hpp"
#include "stream_reading.hpp"

#include <rhombus/net/connection.hpp>
#include <rhombus/net/context.hpp>
#include <rhombus/systems/dialect.hpp>
#include <rhombus/transcript/recorder.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rhombus::doctor {

/// How long heart-beats are watched for: within the wait that the user asked for, or beyond it
/// where the server agreed to intervals that need longer.
enum class heartbeat_proof : std::uint8_t { within_wait, as_agreed };

enum class decoy_policy : std::uint8_t { compare, skip };

/// What a diagnosis may do on the wire.
struct examination_options {
    net::connection_options stream;
    net::connection_options rest;
    std::chrono::milliseconds wait{30'000};
    heartbeat_proof heartbeat = heartbeat_proof::as_agreed;
    decoy_policy decoys = decoy_policy::compare;
    std::string decoy_key; ///< Random and well-formed; never a changed real one.
};

/// Live numbers of the window, for the progress line.
struct window_counts {
    std::size_t events = 0;
    std::size_t beats = 0;
};

/// The I/O of one diagnosis: carries out what checks ask for, and keeps the facts. Decides nothing.
class examination {
public:
    examination(facts known, examination_options options, net::context& loop,
                transcript::recorder& log, const std::vector<transcript::record>& memory);

    [[nodiscard]] const facts& known() const noexcept { return known_; }
    [[nodiscard]] const window_counts& counts() const noexcept { return counts_; }
    [[nodiscard]] bool interrupted() const noexcept { return loop_.interrupted().has_value(); }

    /// Opens the connections of both hosts, side by side, up to a stage.
    void open_hosts(net::stage last);
    /// Asks the REST host for the organization (getOrgV2).
    void ask_organization();
    /// Opens the WebSocket with the real key.
    void open_websocket();
    /// Where a key was refused: what a decoy and no key get on both hosts.
    void compare_credentials();
    /// Sends CONNECT; ends at CONNECTED, a refusal, or the dialect's own limit.
    void say_hello();
    /// Waits for an answer to SUBSCRIBE, a little.
    void await_subscription();
    /// Waits for the first event, until the window is over.
    void await_event();
    /// Waits until heart-beats are proved or missed, until the window is over.
    void await_heartbeat();
    /// Sends DISCONNECT and closes.
    void say_goodbye();

private:
    enum class window_goal : std::uint8_t { answer, event, heartbeat };

    void refresh();
    void connect_again_silently(host which);
    void converse(std::chrono::milliseconds limit, const net::connection::on_signal& callback);
    void watch(window_goal goal, std::chrono::milliseconds limit);
    [[nodiscard]] net::pump take(const systems::signal& signal, window_goal goal);
    [[nodiscard]] bool stream_alive() const;
    [[nodiscard]] std::chrono::milliseconds window_left() const;
    [[nodiscard]] std::chrono::milliseconds until_proved(const stream_reading& stream) const;
    [[nodiscard]] net::upgrade_request upgrade_request_for(probe_key key) const;
    [[nodiscard]] rest::outcome ask(probe_key key);
    void probe_rest(probe_key key);
    void probe_stream(probe_key key);
    void note_stream_answer();
    [[nodiscard]] std::vector<std::uint64_t> answer_records(std::uint32_t conn) const;

    facts known_;
    examination_options options_;
    net::context& loop_;
    transcript::recorder& log_;
    const std::vector<transcript::record>& memory_;
    std::size_t records_read_ = 0; ///< Of memory_, into the history.
    std::unique_ptr<net::connection> rest_;
    std::unique_ptr<systems::dialect> dialect_; ///< Outlives stream_, which uses it.
    std::unique_ptr<net::connection> stream_;
    std::chrono::steady_clock::time_point window_end_{};
    window_counts counts_;
};

} // namespace rhombus::doctor
