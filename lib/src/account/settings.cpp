#include <rhombus/account/settings.hpp>
#include <rhombus/account/shown_url.hpp>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace rhombus::account {
namespace {

using systems::key_owner;

/// Collects candidates of one value, highest rank first.
template <class T>
class candidates {
public:
    candidates& add(std::optional<T> value, std::string source) {
        if (!value)
            return *this;
        if (chosen_)
            chosen_->shadowed.push_back(std::move(source));
        else
            chosen_ = sourced<T>{std::move(*value), std::move(source), {}};
        return *this;
    }
    candidates& add(const std::optional<sourced<T>>& value) {
        if (!value)
            return *this;
        if (!chosen_) {
            chosen_ = value;
            return *this;
        }
        chosen_->shadowed.push_back(value->source);
        chosen_->shadowed.insert(chosen_->shadowed.end(), value->shadowed.begin(),
                                 value->shadowed.end());
        return *this;
    }
    [[nodiscard]] std::optional<sourced<T>> chosen() && { return std::move(chosen_); }

private:
    std::optional<sourced<T>> chosen_;
};

std::string place(const ini_file& file, const ini_entry& entry) {
    return file.path + ':' + std::to_string(entry.line) + " [" + entry.section + ']';
}

std::optional<std::string> not_empty(std::optional<std::string> value) {
    return value && value->empty() ? std::nullopt : value;
}

class resolver {
public:
    explicit resolver(const sources& from) : from_{from} {}

    [[nodiscard]] settings run();

private:
    [[nodiscard]] std::optional<std::string> variable(std::string_view name) const {
        return from_.environment ? not_empty(from_.environment(name)) : std::nullopt;
    }
    [[nodiscard]] const ini_entry* credential(std::string_view key) const {
        return from_.credentials ? from_.credentials->find(out_.profile_name, key) : nullptr;
    }
    [[nodiscard]] const ini_entry* configured(std::string_view key) const;
    [[nodiscard]] std::optional<sourced<secret>> stored_key(std::string_view key) const;
    void error(std::string code, std::string text) {
        out_.errors.push_back({std::move(code), std::move(text)});
    }

    void choose_profile();
    void choose_keys();
    void find_key_traps(const std::optional<sourced<secret>>& stored,
                        const std::optional<sourced<secret>>& stored_ws,
                        const std::optional<sourced<secret>>& given);
    void explain_missing_key();
    void choose_owner();
    void choose_hosts();
    [[nodiscard]] const systems::region* chosen_region();
    void choose_broker();

    const sources& from_;
    settings out_;
};

const ini_entry* resolver::configured(std::string_view key) const {
    if (!from_.config)
        return nullptr;
    // The vendor's client writes `[profile name]`; older files have `[name]`.
    const auto* entry = from_.config->find("profile " + out_.profile_name, key);
    return entry != nullptr ? entry : from_.config->find(out_.profile_name, key);
}

std::optional<sourced<secret>> resolver::stored_key(std::string_view key) const {
    const auto* entry = credential(key);
    if (entry == nullptr || entry->value.empty())
        return std::nullopt;
    return sourced<secret>{secret{entry->value}, place(*from_.credentials, *entry), {}};
}

settings resolver::run() {
    out_.system = systems::find_profile(from_.flags.system);
    if (out_.system == nullptr) {
        error("CFG-FILE", "--system: unknown system `" + from_.flags.system + "`");
        return std::move(out_);
    }
    choose_profile();
    if (out_.system->credential)
        choose_keys();
    choose_owner();
    choose_hosts();
    choose_broker();
    return std::move(out_);
}

void resolver::choose_profile() {
    out_.profile_name =
        from_.flags.profile.value_or(variable("RHOMBUS_PROFILE").value_or("default"));
    const auto named = from_.flags.profile || variable("RHOMBUS_PROFILE");
    if (!named || !out_.system->credential)
        return;
    const bool known = from_.credentials && from_.credentials->has_section(out_.profile_name);
    if (!known)
        error("CFG-FILE", "profile `" + out_.profile_name + "` (from " +
                              (from_.flags.profile ? "--profile" : "RHOMBUS_PROFILE") +
                              ") has no section in ~/.rhombus/credentials");
    if (!from_.flags.profile && known && out_.profile_name != "default")
        out_.traps.push_back(
            {"C3", "RHOMBUS_PROFILE is `" + out_.profile_name +
                       "`: this tool uses that section; the vendor's client reads the variable "
                       "after its files and keeps the credentials of [default]"});
}

void resolver::choose_keys() {
    const auto stored = stored_key("api_key");
    const auto stored_ws = stored_key("ws_api_key");
    candidates<secret> given;
    given.add(from_.flags.api_key);
    if (auto value = variable("RHOMBUS_API_KEY"))
        given.add(secret{std::move(*value)}, "RHOMBUS_API_KEY");
    const auto both = std::move(given).chosen();

    candidates<secret> rest;
    rest.add(both).add(stored);
    candidates<secret> stream;
    stream.add(both).add(stored_ws).add(stored);
    out_.rest_key = std::move(rest).chosen();
    out_.ws_key = std::move(stream).chosen();
    find_key_traps(stored, stored_ws, both);
    if (!out_.ws_key)
        explain_missing_key();
}

void resolver::find_key_traps(const std::optional<sourced<secret>>& stored,
                              const std::optional<sourced<secret>>& stored_ws,
                              const std::optional<sourced<secret>>& given) {
    if (given && stored_ws && given->value != stored_ws->value)
        out_.traps.push_back(
            {"C1", given->source +
                       " is used for REST and WebSocket here; the vendor's client would "
                       "have sent ws_api_key (" +
                       stored_ws->value.hint() + ", " + stored_ws->source + ") to the WebSocket"});
    if (!given && stored && stored_ws && stored->value != stored_ws->value)
        out_.traps.push_back({"C2", "api_key (" + stored->value.hint() + ") and ws_api_key (" +
                                        stored_ws->value.hint() +
                                        ") differ: `rhombus configure` renews only the first"});
    const auto* type = credential("auth_type");
    if (type != nullptr && type->value == "cert" && !stored_ws && !given)
        out_.traps.push_back({"C4", "auth_type = cert without ws_api_key: the WebSocket knows API "
                                    "tokens only"});
}

void resolver::explain_missing_key() {
    const auto raw = from_.environment ? from_.environment("RHOMBUS_API_KEY") : std::nullopt;
    const std::string empty = raw && raw->empty() ? "RHOMBUS_API_KEY is set but empty. " : "";
    error("CFG-NOKEY",
          empty +
              "No API key was found. Give one in one of three ways: --api-key-file FILE; the "
              "variable RHOMBUS_API_KEY; or `api_key = …` under [" +
              out_.profile_name + "] in ~/.rhombus/credentials");
}

void resolver::choose_owner() {
    const auto* partner = credential("is_partner");
    const bool stored_partner = partner != nullptr && partner->value == "true";
    if (stored_partner || from_.flags.partner_organization)
        out_.owner = key_owner::partner;
    out_.partner_target = from_.flags.partner_organization;
    candidates<std::string> organization;
    organization.add(from_.flags.organization, "--org");
    organization.add(variable("RHOMBUS_ORG_UUID"), "RHOMBUS_ORG_UUID");
    organization.add(from_.flags.partner_organization, "--partner-org");
    out_.organization = std::move(organization).chosen();
}

const systems::region* resolver::chosen_region() {
    candidates<std::string> name;
    name.add(from_.flags.region, "--region");
    if (const auto* entry = configured("region"))
        name.add(entry->value, place(*from_.config, *entry));
    const auto chosen = std::move(name).chosen();
    if (!chosen)
        return out_.system->regions.empty() ? nullptr : &out_.system->regions.front();
    const auto* region = out_.system->find_region(chosen->value);
    if (region == nullptr) {
        std::string known;
        for (const auto& one : out_.system->regions)
            known += (known.empty() ? "" : ", ") + one.name;
        error("CFG-URL", chosen->source + ": unknown region `" + chosen->value + "`; expected " +
                             (known.empty() ? "none, this system has no regions" : known));
    }
    return region;
}

void resolver::choose_hosts() {
    const auto* region = chosen_region();
    candidates<std::string> api;
    api.add(from_.flags.api_url, "--api-url");
    api.add(variable("RHOMBUS_ENDPOINT_URL"), "RHOMBUS_ENDPOINT_URL");
    if (const auto* entry = configured("endpoint_url"))
        api.add(not_empty(entry->value), place(*from_.config, *entry));
    candidates<std::string> stream;
    stream.add(from_.flags.ws_url, "--ws-url");
    stream.add(variable("RHOMBUS_WS_URL"), "RHOMBUS_WS_URL");
    auto own_api = std::move(api).chosen();
    auto own_stream = std::move(stream).chosen();
    const auto from_region = [&](const std::string& url) {
        return sourced<std::string>{url, "region " + region->name, {}};
    };
    // The other host of a region whose REST host was named: an older vendor client's trap C6.
    for (const auto& one : out_.system->regions) {
        if (own_api && !one.api_url.empty() && own_api->value.starts_with(one.api_url))
            region = &one;
    }
    const bool foreign_api =
        own_api && region != nullptr && !own_api->value.starts_with(region->api_url);
    if (foreign_api && !own_stream)
        error("CFG-URL", own_api->source + " points to " + shown_url(own_api->value) +
                             ", which is no region of the vendor's: give --ws-url as well");
    if (own_api)
        out_.api_url = *own_api;
    else if (region != nullptr && out_.system->rest)
        out_.api_url = from_region(region->api_url);
    if (own_stream)
        out_.ws_url = *own_stream;
    else if (region != nullptr)
        out_.ws_url = from_region(region->ws_url);
    else
        error("CFG-URL", "--ws-url: expected the broker's address, e.g. ws://127.0.0.1:15674/ws");
}

void resolver::choose_broker() {
    out_.login = from_.flags.login;
    out_.destination = from_.flags.destination;
    out_.subprotocol = from_.flags.subprotocol;
    out_.virtual_host = from_.flags.virtual_host;
    candidates<secret> passcode;
    passcode.add(from_.flags.passcode);
    if (auto value = variable("RHOMBUS_PASSCODE"))
        passcode.add(secret{std::move(*value)}, "RHOMBUS_PASSCODE");
    out_.passcode = std::move(passcode).chosen();
}

} // namespace

settings resolve(const sources& from) {
    return resolver{from}.run();
}

} // namespace rhombus::account
