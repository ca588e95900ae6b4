#pragma once

#include <rhombus/account/ini.hpp>
#include <rhombus/account/secret.hpp>
#include <rhombus/systems/profile.hpp>
#include <rhombus/systems/rhombus.hpp>

#include <boost/system/result.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a run works with, from flags over environment over `~/.rhombus` over defaults; each value
/// with its provenance.
namespace rhombus::account {

/// A value, where it came from, and what it shadowed.
template <class T>
struct sourced {
    T value;                           ///< What is in effect.
    std::string source;                ///< e.g. `--org`, `RHOMBUS_ORG_UUID`, `PATH:3 [default]`.
    std::vector<std::string> shadowed; ///< Sources of lower rank that also had a value.
};

/// What the command line gave; nullopt: not given. Keys come as the content of their files.
struct flags {
    std::string system = "rhombus";     ///< Name of a system's profile (systems::find_profile()).
    std::optional<std::string> profile; ///< Section of the files in `~/.rhombus`.
    std::optional<std::string> region;  ///< One of the system's regions.
    std::optional<std::string> api_url; ///< Of the REST API; replaces the region's.
    std::optional<std::string> ws_url;  ///< Of the WebSocket; replaces the region's.
    std::optional<std::string> organization;         ///< Uuid of the organization to listen to.
    std::optional<std::string> partner_organization; ///< Uuid of a partner's client organization.
    std::optional<sourced<secret>> api_key;          ///< Source: `--api-key-file PATH`.
    std::optional<std::string> login;                ///< STOMP login.
    std::optional<sourced<secret>> passcode;         ///< Source: `--passcode-file PATH`.
    std::optional<std::string> destination;          ///< What to subscribe to.
    std::optional<std::string> virtual_host;         ///< STOMP `host` header.
    std::optional<std::string> subprotocol;          ///< WebSocket subprotocol to offer.
};

/// Everything else that is read; all of it given, so that resolving stays pure.
struct sources {
    account::flags flags; ///< The command line.
    /// @returns the variable's value; nullopt when it is not set.
    std::function<std::optional<std::string>(std::string_view)> environment;
    std::optional<ini_file> credentials; ///< `~/.rhombus/credentials`
    std::optional<ini_file> config;      ///< `~/.rhombus/config`
};

/// A credential trap (diagnosis.md, C1 to C7) that the sources show before anything is sent.
struct trap {
    std::string id;   ///< `C1` to `C7`.
    std::string text; ///< One sentence; holds no secret.
};

/// What cannot be: the finding code and one sentence.
struct settings_error {
    std::string code; ///< `CFG-NOKEY`, `CFG-URL`, `CFG-FILE`.
    std::string text; ///< One sentence; holds no secret.
};

/// The effective settings of a run.
struct settings {
    const systems::profile* system = nullptr; ///< Null only beside an error.
    std::string profile_name;     ///< Section of the files in `~/.rhombus` that was read.
    sourced<std::string> api_url; ///< Empty for a system without REST.
    sourced<std::string> ws_url;  ///< Without the query that carries scheme and organization.
    std::optional<sourced<secret>> rest_key; ///< API key for REST.
    /// API key for the opening handshake; may differ from rest_key (trap).
    std::optional<sourced<secret>> ws_key;
    std::optional<sourced<secret>> passcode; ///< STOMP passcode.
    /// Whose events; nullopt: to be asked of the REST API.
    std::optional<sourced<std::string>> organization;
    systems::key_owner owner = systems::key_owner::organization; ///< Whose key it is.
    std::optional<std::string> partner_target; ///< Client organization of a partner's key.
    std::optional<std::string> login;          ///< STOMP login.
    std::optional<std::string> destination;    ///< To subscribe to, where the system does not say.
    std::optional<std::string> virtual_host; ///< STOMP `host` header as given; empty: none is sent.
    std::optional<std::string> subprotocol;  ///< WebSocket subprotocol to offer.
    std::vector<trap> traps;                 ///< What the sources show; nothing was sent for it.
    std::vector<settings_error> errors;      ///< All that were found; nothing may be sent then.
};

/// Reads all sources. Never fails as a whole: `errors` lists what cannot be, so that a report can
/// still show every effective value.
[[nodiscard]] settings resolve(const sources& from);

} // namespace rhombus::account
