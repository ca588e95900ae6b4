#include "preparation.hpp"

#include <rhombus/account/shown_url.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <vector>

namespace rhombus::doctor {
namespace {

/// Reads a URL into a host's facts; what it cannot be becomes a configuration error.
void aim(facts& known, host_facts& host, const account::sourced<std::string>& url) {
    if (url.source.empty())
        return;
    const auto where = net::parse_url(url.value);
    if (where.has_error()) {
        known.configuration_errors.push_back(
            {"CFG-URL", fmt::format("{}: `{}`: {}", url.source, account::shown_url(url.value),
                                    where.error())});
        return;
    }
    host.where = *where;
    host.wanted = true;
}

bool is_loopback(const std::string& host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

void forbid_clear_text(facts& known, const command_line& given, const host_facts& host,
                       const account::sourced<std::string>& url) {
    const bool secret = known.settings.rest_key || known.settings.ws_key || known.settings.passcode;
    const bool exposed = host.wanted && host.where.security == net::transport::clear &&
                         !is_loopback(host.where.host);
    if (secret && exposed && given.clear_text != net::clear_text_credentials::allow)
        known.configuration_errors.push_back(
            {"CFG-URL", fmt::format("{}: `{}` is clear text: the key would be readable on the way; "
                                    "expected wss: or https:, or --plain-credentials",
                                    url.source, account::shown_url(url.value))});
}

} // namespace

facts prepare(const command_line& given, const gathered& from) {
    facts known;
    known.settings = account::resolve(from.sources);
    known.configuration_errors = from.errors;
    // The key may well stand in the file that could not be read.
    if (!from.errors.empty())
        std::erase_if(known.settings.errors,
                      [](const auto& error) { return error.code == "CFG-NOKEY"; });
    if (known.settings.system->rest)
        aim(known, known.rest, known.settings.api_url);
    aim(known, known.stream, known.settings.ws_url);
    if (!given.ca_file.empty() && !std::ifstream{given.ca_file}.is_open())
        known.configuration_errors.push_back(
            {"CFG-FILE", fmt::format("--ca-file {}: cannot be read: {}; expected a PEM file",
                                     given.ca_file, std::generic_category().message(errno))});
    forbid_clear_text(known, given, known.rest, known.settings.api_url);
    forbid_clear_text(known, given, known.stream, known.settings.ws_url);
    return known;
}

net::connection_options connection_options_for(const command_line& given,
                                               const std::string& ca_file, const facts& known) {
    net::connection_options how;
    how.opening_limit = known.settings.system->opening_limit;
    how.ca_file = ca_file;
    how.on_defect = given.on_defect;
    how.clear_text = given.clear_text;
    how.overrides = given.overrides;
    return how;
}

} // namespace rhombus::doctor
