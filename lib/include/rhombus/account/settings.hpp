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
    T value;
    std::string source;                ///< e.g. `--org`, `RHOMBUS_ORG_UUID`, `PATH:3 [default]`.
    std::vector<std::string> shadowed; ///< Sources of lower rank that also had a value.
};

/// What the command line gave; nullopt: not given. Keys come as the content of their files.
struct flags {
    std::string system = "rhombus";
    std::optional<std::string> profile;
    std::optional<std::string> region;
    std::optional<std::string> api_url;
    std::optional<std::string> ws_url;
    std::optional<std::string> organization;
    std::optional<std::string> partner_organization;
    std::optional<sourced<secret>> api_key; ///< Source: `--api-key-file PATH`.
    std::optional<std::string> login;
    std::optional<sourced<secret>> passcode; ///< Source: `--passcode-file PATH`.
    std::optional<std::string> destination;
    std::optional<std::string> virtual_host;
    std::optional<std::string> subprotocol;
};

/// Everything else that is read; all of it given, so that resolving stays pure.
struct sources {
    account::flags flags;
    /// @returns the variable's value; nullopt when it is not set.
    std::function<std::optional<std::string>(std::string_view)> environment;
    std::optional<ini_file> credentials; ///< `~/.rhombus/credentials`
    std::optional<ini_file> config;      ///< `~/.rhombus/config`
};

/// A credential trap (diagnosis.md, C1 to C7) that the sources show before anything is sent.
struct trap {
    std::string id;
    std::string text;
};

/// What cannot be: the finding code and one sentence.
struct settings_error {
    std::string code; ///< `CFG-NOKEY`, `CFG-URL`, `CFG-FILE`.
    std::string text;
};

struct settings {
    const systems::profile* system = nullptr;
    std::string profile_name;
    sourced<std::string> api_url; ///< Empty for a system without REST.
    sourced<std::string> ws_url;
    std::optional<sourced<secret>> rest_key;
    std::optional<sourced<secret>> ws_key;
    std::optional<sourced<secret>> passcode;
    std::optional<sourced<std::string>> organization;
    systems::key_owner owner = systems::key_owner::organization;
    std::optional<std::string> partner_target;
    std::optional<std::string> login;
    std::optional<std::string> destination;
    std::string virtual_host;
    std::optional<std::string> subprotocol;
    std::vector<trap> traps;
    std::vector<settings_error> errors; ///< All that were found; nothing may be sent then.
};

/// Reads all sources. Never fails as a whole: `errors` lists what cannot be, so that a report can
/// still show every effective value.
[[nodiscard]] settings resolve(const sources& from);

} // namespace rhombus::account
