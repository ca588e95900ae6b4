#include "facts.hpp"

#include <algorithm>

namespace rhombus::doctor {

const transcript::connection_history* facts::connection(std::uint32_t number) const {
    const auto found =
        std::find_if(history.connections.begin(), history.connections.end(),
                     [&](const auto& candidate) { return candidate.conn == number; });
    return found == history.connections.end() ? nullptr : &*found;
}

const transcript::connection_history* facts::connection(doctor::host which) const {
    const auto number = of(which).conn;
    return number ? connection(*number) : nullptr;
}

bool facts::closed_in_silence(doctor::host which) const {
    const auto probe = of(which).silent_probe;
    const auto* seen = probe ? connection(*probe) : nullptr;
    return seen != nullptr && seen->closed &&
           seen->closed->where.from == transcript::origin::server;
}

bool facts::wants_topic() const noexcept {
    return settings.system != nullptr && (settings.system->credential || settings.destination);
}

const credential_answer* facts::answer(doctor::host which, probe_key key) const {
    const auto found = std::find_if(answers.begin(), answers.end(), [&](const auto& candidate) {
        return candidate.host == which && candidate.key == key;
    });
    return found == answers.end() ? nullptr : &*found;
}

std::string_view title_of(host which) noexcept {
    return which == host::rest ? "REST host" : "WebSocket host";
}

std::string place_of(const host_facts& facts) {
    const bool literal = facts.where.host.find(':') != std::string::npos;
    return (literal ? '[' + facts.where.host + ']' : facts.where.host) + ':' +
           std::to_string(facts.where.port);
}

} // namespace rhombus::doctor
