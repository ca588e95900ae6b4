#pragma once

#include <rhombus/stomp/session.hpp>
#include <rhombus/systems/dialect.hpp>

#include <deque>
#include <optional>
#include <set>
#include <string>

namespace rhombus::systems {

/// Reads what a MESSAGE tells; one function a system.
using decode_message = event (*)(const stomp::frame& message);

/// Whether the server is known to answer a SUBSCRIBE that asks for a receipt.
enum class subscribe_receipt : std::uint8_t { none, wanted };

/// What to do while CONNECT stays unanswered: a ping at half of the limit shows whether the other
/// side is deaf, or only its STOMP.
enum class unanswered_connect : std::uint8_t { wait, ping };

/// What one system does differently from another.
struct stomp_dialect_options {
    systems::opening opening;               ///< What the handshake asks for.
    stomp::session_options session;         ///< Credentials, heart-beats and limits.
    std::string subscription_id = "sub-0";  ///< Of SUBSCRIBE.
    std::optional<std::string> destination; ///< nullopt: connects and subscribes to nothing.
    subscribe_receipt receipt = subscribe_receipt::none;      ///< Of SUBSCRIBE.
    unanswered_connect unanswered = unanswered_connect::wait; ///< While CONNECT stays unanswered.
    decode_message decode = nullptr; ///< Never null where a destination is given.
};

/// Every system that speaks STOMP 1.2: a session behind the waist.
class stomp_dialect final : public dialect {
public:
    /// Begins nothing yet; see start().
    explicit stomp_dialect(stomp_dialect_options options);

    [[nodiscard]] systems::opening opening() const override;
    void start(time_point now) override;
    void receive(opcode op, std::string_view octets, time_point now) override;
    void tick(time_point now) override;
    void goodbye(time_point now) override;
    void transport_ended(boost::system::error_code reason) override;
    [[nodiscard]] std::optional<output> next_output() override;
    [[nodiscard]] std::optional<signal> next_signal() override;
    [[nodiscard]] std::optional<time_point> deadline() const noexcept override;
    [[nodiscard]] bool finished() const noexcept override;

private:
    void translate(time_point now);
    void translate_one(const stomp::session_event& happened, time_point now);
    void translate_note(const stomp::session_events::note& odd);
    void subscribe(time_point now);
    [[nodiscard]] std::string silence_text() const;

    stomp_dialect_options options_;
    stomp::session session_;
    std::deque<signal> signals_;
    std::set<stomp::session_events::oddity> noted_; ///< Each kind is told once a connection.
    bool stray_noted_ = false;
    time_point now_{}; ///< The last time that was told.
    std::optional<time_point> ping_due_;
    bool ping_waits_ = false; ///< To be handed out by next_output().
};

} // namespace rhombus::systems
