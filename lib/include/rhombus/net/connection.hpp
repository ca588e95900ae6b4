#pragma once

#include <rhombus/net/context.hpp>
#include <rhombus/net/endpoint.hpp>
#include <rhombus/net/frame_sink.hpp>
#include <rhombus/systems/dialect.hpp>
#include <rhombus/transcript/recorder.hpp>

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rhombus::net {

/// `--resolve HOST:PORT:ADDR`.
struct address_override {
    std::string host;       ///< The name that is not looked up.
    std::uint16_t port = 0; ///< Of the connections it holds for.
    std::string address;    ///< Numeric, IPv4 or IPv6 without brackets.
};

/// What to do after a certificate failed verification. Credentials are withheld either way.
enum class untrusted_peer : std::uint8_t { stop, go_on_without_credentials };

/// Where credentials may go without encryption.
enum class clear_text_credentials : std::uint8_t { withhold, loopback_only, allow };

/// How a connection is opened.
struct connection_options {
    std::chrono::milliseconds opening_limit{10'000}; ///< For resolve to upgrade together.
    std::chrono::milliseconds write_limit{10'000};   ///< For one message to leave (R-807).
    std::string ca_file{};                           ///< Empty: the system's store.
    untrusted_peer on_defect = untrusted_peer::stop; ///< After a failed verification.
    clear_text_credentials clear_text = clear_text_credentials::loopback_only; ///< Without TLS.
    std::vector<address_override> overrides{}; ///< The first that fits counts.
    /// Takes every WebSocket frame; then the transcript holds control frames only. nullptr: the
    /// transcript holds all.
    std::shared_ptr<frame_sink> frames{};
};

/// The stages of an opening, in order.
enum class stage : std::uint8_t { resolve, connect, secure, upgrade };

/// Where an opening stopped, and why.
struct stage_failure {
    stage at = stage::resolve; ///< The stage that failed.
    /// As it came: net::errc, the operating system's or OpenSSL's.
    boost::system::error_code reason;
};

/// A request to become a WebSocket. Headers whose value is a credential are named apart, so that
/// they can be withheld from an unverified peer.
struct upgrade_request {
    std::string purpose = "upgrade"; ///< As in the transcript: `upgrade` or `probe`.
    std::string target{};            ///< Path and query.
    /// Beside those of RFC 6455, which are always sent.
    std::vector<std::pair<std::string, std::string>> headers{};
    std::vector<std::pair<std::string, std::string>>
        credentials{};                       ///< Headers that only a verified peer is sent.
    std::vector<std::string> subprotocols{}; ///< Offered, in order.
};

/// What the pump does after a signal.
enum class pump : std::uint8_t { go_on, pause };

/// One TCP connection, opened stage by stage, then a WebSocket that carries a dialect.
/// Everything that happens is recorded; this object only says how far it came.
class connection {
public:
    /// Begins nothing yet. `loop` and `log` must outlive the connection.
    connection(context& loop, endpoint where, connection_options options,
               transcript::recorder& log);
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    /// Closes the socket at once, without ceremony.
    ~connection();

    /// Begins the stages up to `last` (at most `secure`) that are not yet done. One thing is under
    /// way on a connection at a time; after a failure nothing more begins.
    /// The time in which none is under way does not count against the opening's limit.
    void begin_open(stage last);
    /// Begins to listen on a connection that is only `connect`ed, saying nothing, and then drops
    /// it: tcp.closed is from the server where that ended it first.
    void begin_listen(std::chrono::milliseconds limit);
    /// Begins the opening handshake; needs `secure`.
    void begin_upgrade(upgrade_request request);

    /// Told of each signal of the dialect.
    using on_signal = std::function<pump(const systems::signal&)>;
    /// Begins or resumes the dialogue: messages go both ways until the callback says `pause`, the
    /// dialect is finished, the transport ends or `window` has passed.
    /// Starts the dialect the first time. The dialect must outlive the connection.
    void begin_converse(systems::dialect& speaker, std::chrono::milliseconds window,
                        on_signal callback);
    /// Begins the closing handshake with this code, bounded; then drops TCP. Ends a dialogue that
    /// an interrupt left under way.
    void begin_close(std::uint16_t code, std::chrono::milliseconds limit);

    /// @returns this connection's number in the transcript.
    [[nodiscard]] std::uint32_t number() const noexcept;
    /// @returns the last stage that succeeded.
    [[nodiscard]] std::optional<stage> reached() const noexcept;
    /// @returns why the opening stopped; nullopt while it did not.
    [[nodiscard]] std::optional<stage_failure> failure() const noexcept;
    /// @returns whether the WebSocket is open.
    [[nodiscard]] bool open() const noexcept;

private:
    struct state;
    std::shared_ptr<state> state_;
};

} // namespace rhombus::net
