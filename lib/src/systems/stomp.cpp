#include <rhombus/systems/stomp.hpp>

namespace rhombus::systems {
namespace {

event decode_any(const stomp::frame& message) {
    return {.channel = std::string{message.find("destination").value_or("")},
            .kind = std::string{message.find("content-type").value_or("")},
            .key = std::string{message.find("message-id").value_or("")},
            .body = message.body};
}

} // namespace

std::unique_ptr<dialect> make_stomp(const profile& system, const broker_options& options) {
    stomp_dialect_options out;
    out.opening = {options.ws_url, {}, {}};
    if (options.subprotocol)
        out.opening.subprotocols.push_back(*options.subprotocol);
    out.session.heartbeat = {system.heart_beat, system.heart_beat};
    out.session.connect_limit = system.connected_limit;
    if (!options.virtual_host.empty())
        out.session.host = options.virtual_host;
    out.session.login = options.login;
    out.session.passcode = options.passcode;
    out.subscription_id = system.subscription_id;
    out.destination = options.destination;
    out.receipt = subscribe_receipt::wanted;
    out.unanswered = options.unanswered;
    out.decode = decode_any;
    return std::make_unique<stomp_dialect>(std::move(out));
}

} // namespace rhombus::systems
