#include "requests.hpp"

#include "organization.hpp"

#include <rhombus/systems/rhombus.hpp>
#include <rhombus/systems/stomp.hpp>

namespace rhombus::doctor {

const std::string& key_text(const facts& known, host which, probe_key key,
                            const std::string& decoy) {
    static const std::string nothing;
    if (key == probe_key::decoy)
        return decoy;
    const auto& chosen = which == host::rest ? known.settings.rest_key : known.settings.ws_key;
    return key == probe_key::none || !chosen ? nothing : chosen->value.reveal();
}

rest::call organization_call(const facts& known, const net::connection_options& how, probe_key key,
                             const std::string& decoy) {
    const auto& system = *known.settings.system;
    const auto& names = *system.credential;
    const bool partner = known.settings.owner == systems::key_owner::partner;
    rest::call out;
    out.where = known.rest.where;
    out.purpose = key == probe_key::real ? "rest" : "probe";
    out.method = system.rest->method;
    out.target = system.rest->target;
    out.body = system.rest->body;
    out.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
    if (key != probe_key::none)
        out.credentials.emplace_back(names.header, key_text(known, host::rest, key, decoy));
    out.headers.emplace_back(names.scheme,
                             partner ? names.partner_scheme : names.organization_scheme);
    if (partner && known.settings.partner_target)
        out.headers.emplace_back(names.organization, *known.settings.partner_target);
    out.clear_text = how.clear_text;
    out.ca_file = how.ca_file;
    out.overrides = how.overrides;
    out.bounds = {system.rest_limit, system.rest_body_octets};
    return out;
}

std::unique_ptr<systems::dialect> make_dialect(const facts& known,
                                               systems::unanswered_connect unanswered) {
    const auto& from = known.settings;
    if (!from.system->credential)
        return systems::make_stomp(
            *from.system, {.ws_url = from.ws_url.value,
                           .virtual_host = from.virtual_host.value_or("/"),
                           .login = from.login,
                           .passcode = from.passcode ? std::optional{from.passcode->value.reveal()}
                                                     : std::nullopt,
                           .destination = from.destination,
                           .subprotocol = from.subprotocol,
                           .unanswered = unanswered});
    return systems::make_rhombus(*from.system,
                                 {.ws_url = from.ws_url.value,
                                  .api_key = key_text(known, host::stream, probe_key::real, {}),
                                  .owner = from.owner,
                                  .partner_target = from.partner_target,
                                  .organization = organization_to_watch(known),
                                  .virtual_host = from.virtual_host,
                                  .unanswered = unanswered});
}

} // namespace rhombus::doctor
