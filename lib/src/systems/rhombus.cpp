#include <rhombus/systems/rhombus.hpp>

#include <nlohmann/json.hpp>

#include <optional>

namespace rhombus::systems {
namespace {

using nlohmann::json;

/// The member as text: from the event itself, else from its nested `update` (D-21).
std::string member(const json& body, const char* name) {
    for (const auto* place : {&body, body.contains("update") ? &body["update"] : nullptr}) {
        if (place == nullptr || !place->is_object())
            continue;
        const auto found = place->find(name);
        if (found != place->end() && found->is_string())
            return *found;
    }
    return {};
}

event decode_change(const stomp::frame& message) {
    event out{.channel = std::string{message.find("destination").value_or("")},
              .kind = {},
              .key = {},
              .body = message.body};
    const auto body = json::parse(message.body, nullptr, false);
    if (!body.is_object())
        return out;
    out.kind = member(body, "entity");
    if (const auto type = member(body, "type"); !type.empty())
        out.kind += '/' + type;
    out.key = member(body, "entityUuid");
    if (out.key.empty())
        out.key = member(body, "uuid");
    return out;
}

std::optional<std::string> virtual_host(const rhombus_options& options) {
    const auto host = options.virtual_host.value_or(std::string{host_of_url(options.ws_url)});
    return host.empty() ? std::nullopt : std::optional{host};
}

} // namespace

std::string_view host_of_url(std::string_view url) noexcept {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos)
        return {};
    url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    const auto behind_brackets = url.find(']');
    const auto port =
        url.find(':', behind_brackets == std::string_view::npos ? 0 : behind_brackets);
    return url.substr(0, port);
}

std::string rhombus_url(const profile& system, const rhombus_options& options) {
    const auto& names = *system.credential;
    auto url = options.ws_url;
    url += url.find('?') == std::string::npos ? '?' : '&';
    url += names.scheme + '=' +
           (options.owner == key_owner::partner ? names.partner_scheme : names.organization_scheme);
    if (options.owner == key_owner::partner && options.partner_target)
        url += '&' + names.organization + '=' + *options.partner_target;
    return url;
}

std::unique_ptr<dialect> make_rhombus(const profile& system, const rhombus_options& options) {
    stomp_dialect_options out;
    out.opening = {
        rhombus_url(system, options), {{system.credential->header, options.api_key}}, {}};
    out.session.heartbeat = {system.heart_beat, system.heart_beat};
    out.session.host = virtual_host(options);
    out.session.connect_limit = system.connected_limit;
    out.subscription_id = system.subscription_id;
    if (options.organization)
        out.destination = system.destination + *options.organization;
    out.unanswered = options.unanswered;
    out.decode = decode_change;
    return std::make_unique<stomp_dialect>(std::move(out));
}

} // namespace rhombus::systems
