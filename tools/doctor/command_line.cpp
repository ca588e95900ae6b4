#include "command_line.hpp"

#include <rhombus/diagnosis/knowledge.hpp>
#include <rhombus/systems/profile.hpp>
#include <rhombus/version.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <map>

namespace rhombus::doctor {
namespace {

/// Flags whose values are read further after parsing.
struct raw {
    std::optional<double> wait_seconds;
    std::vector<std::string> resolve;
    std::string format = "text";
    bool insecure = false;
    bool plain_credentials = false;
    bool quiet = false;
    int verbosity = 0;
    bool list_checks = false;
    bool list_faults = false;
};

void add_account_flags(CLI::App& app, command_line& out) {
    auto* group = app.add_option_group("Account and target");
    group
        ->add_option("--system", out.account.system, "rhombus (default) or stomp, a generic broker")
        ->check(CLI::IsMember(systems::profile_names()));
    group->add_option("--profile", out.account.profile, "section of ~/.rhombus/credentials");
    group->add_option("--region", out.account.region, "us (default), eu or itg");
    group->add_option("--api-url", out.account.api_url, "address of the REST API");
    group->add_option("--ws-url", out.account.ws_url, "address of the WebSocket");
    group->add_option("--org", out.account.organization, "organization whose changes are watched");
    group->add_option("--partner-org", out.account.partner_organization,
                      "client organization of a partner's key");
    group->add_option("--api-key-file", out.api_key_file, "file that holds the API key");
    group->add_option("--login", out.account.login, "user of a generic broker");
    group->add_option("--passcode-file", out.passcode_file, "file that holds the password");
    group->add_option("--destination", out.account.destination, "topic of a generic broker");
    group->add_option("--virtual-host", out.account.virtual_host,
                      "host header of CONNECT; empty: none");
    group->add_option("--subprotocol", out.account.subprotocol, "WebSocket subprotocol to offer");
}

void add_network_flags(CLI::App& app, command_line& out, raw& values) {
    auto* group = app.add_option_group("Network");
    group->add_option("--ca-file", out.ca_file, "certificates to trust in place of the system's");
    group->add_option("--resolve", values.resolve, "HOST:PORT:ADDR, in place of the resolver");
    group->add_flag("--insecure", values.insecure,
                    "go on past certificate defects, without any credential");
    group->add_flag("--plain-credentials", values.plain_credentials,
                    "allow a key over ws: or http: off loopback");
}

void add_run_flags(CLI::App& app, command_line& out, raw& values) {
    auto* group = app.add_option_group("Run");
    group->add_option("--wait", values.wait_seconds, "seconds to wait for an event (30)")
        ->check(CLI::Range(0.0, 86'400.0));
    group->add_flag("--no-decoy", out.no_decoy, "do not compare with a random key and no key");
    group->add_option("--expect", out.expect, "exit 0 if the verdict is this code, else 31");
    group->add_flag("--demo", out.demo, "diagnose the bundled mock server");
    group->add_option("--fault", out.faults, "with --demo: a fault to inject, e.g. F-202");
    group->add_flag("--list-faults", values.list_faults, "the faults that --fault knows");
    group->add_flag("--list-checks", values.list_checks, "the checks in their order");
}

void add_report_flags(CLI::App& app, command_line& out, raw& values) {
    auto* group = app.add_option_group("Report");
    group->add_option("--format", values.format, "text (default) or json; jsonl for watch")
        ->check(CLI::IsMember({"text", "json", "jsonl"}));
    group->add_option("--output", out.output, "write the report to this file");
    group->add_option("--log", out.log, "write the transcript to this file, as JSON Lines");
    group->add_flag("--quiet", values.quiet, "the verdict only");
    group->add_flag("-v", values.verbosity, "more: -v facts, -vv frames");
}

bool is_address(const std::string& text) {
    in6_addr octets{};
    return ::inet_pton(AF_INET, text.c_str(), &octets) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), &octets) == 1;
}

boost::system::result<net::address_override, early_exit> read_override(const std::string& text) {
    const auto host_end = text.find(':');
    const auto port_end = host_end == std::string::npos ? host_end : text.find(':', host_end + 1);
    const auto wrong = early_exit{
        2,
        fmt::format("--resolve {}: expected HOST:PORT:ADDR, e.g. ws.example:8443:127.0.0.1", text)};
    if (port_end == std::string::npos || host_end == 0 || port_end + 1 == text.size())
        return wrong;
    const auto port = text.substr(host_end + 1, port_end - host_end - 1);
    unsigned value = 0;
    const auto [stop, failure] = std::from_chars(port.data(), port.data() + port.size(), value);
    if (failure != std::errc{} || stop != port.data() + port.size() || value == 0 || value > 65'535)
        return wrong;
    auto address = text.substr(port_end + 1);
    if (address.front() == '[' && address.back() == ']')
        address = address.substr(1, address.size() - 2);
    if (!is_address(address))
        return wrong;
    return net::address_override{text.substr(0, host_end), static_cast<std::uint16_t>(value),
                                 std::move(address)};
}

/// Whether a run can end with it: a known code, a close code, or none at all.
bool is_verdict(const std::string& code) {
    return code == "HEALTHY" || code == "UNKNOWN" ||
           diagnosis::knowledge_of(code).code != "UNKNOWN";
}

report::detail detail_of(const raw& values) {
    if (values.quiet)
        return report::detail::quiet;
    return values.verbosity == 0   ? report::detail::normal
           : values.verbosity == 1 ? report::detail::facts
                                   : report::detail::frames;
}

void read_flags(command_line& out, const raw& values) {
    static const std::map<std::string, format> formats{
        {"text", format::text}, {"json", format::json}, {"jsonl", format::jsonl}};
    out.format = formats.at(values.format);
    out.detail = detail_of(values);
    if (values.wait_seconds)
        out.wait =
            std::chrono::milliseconds{static_cast<std::int64_t>(*values.wait_seconds * 1000)};
    if (values.insecure)
        out.on_defect = net::untrusted_peer::go_on_without_credentials;
    if (values.plain_credentials)
        out.clear_text = net::clear_text_credentials::allow;
    if (values.list_checks)
        out.action = action::list_checks;
    if (values.list_faults)
        out.action = action::list_faults;
}

/// @returns why flags do not go with `watch`, or go only with it; empty when they do.
std::string_view misfit_of_watch(const command_line& given) {
    if (given.action != action::watch)
        return given.format == format::jsonl
                   ? "--format jsonl: is for `watch`; expected text or json"
                   : std::string_view{};
    if (given.format == format::json)
        return "--format json: is not for `watch`; expected text or jsonl";
    if (given.output)
        return "--output: is not for `watch`, which makes no report";
    return given.expect ? "--expect: is not for `watch`, which gives no verdict"
                        : std::string_view{};
}

/// @returns what the flags contradict; empty when they agree.
std::string contradiction(const command_line& given) {
    if (given.expect && !is_verdict(*given.expect))
        return fmt::format("--expect {}: no such code; expected one such as AUTH-SPLIT, or HEALTHY",
                           *given.expect);
    if (!given.faults.empty() && !given.demo)
        return "--fault: needs --demo; faults are injected by the bundled mock server";
    return std::string{misfit_of_watch(given)};
}

boost::system::result<command_line, early_exit> finish(command_line out, const raw& values) {
    read_flags(out, values);
    for (const auto& text : values.resolve) {
        auto one = read_override(text);
        if (one.has_error())
            return one.error();
        out.overrides.push_back(std::move(*one));
    }
    if (auto mistake = contradiction(out); !mistake.empty())
        return early_exit{2, std::move(mistake)};
    return out;
}

std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

} // namespace

boost::system::result<command_line, early_exit> parse_command_line(int argc, char** argv) {
    command_line out;
    raw values;
    CLI::App app{
        "Diagnoses an event stream: what works, what is the first thing that does not, and "
        "why.",
        "rhombus-doctor"};
    app.set_version_flag("--version", fmt::format("rhombus-doctor {}", rhombus::version));
    app.fallthrough();
    add_account_flags(app, out);
    add_network_flags(app, out, values);
    add_run_flags(app, out, values);
    add_report_flags(app, out, values);
    app.add_subcommand("check", "diagnose (the default)");
    auto* watch = app.add_subcommand("watch", "connect, subscribe, print events, reconnect");
    auto* explain = app.add_subcommand("explain", "what a finding code means and how to mend it");
    explain->add_option("code", out.explain_code, "e.g. AUTH-SPLIT")->required();
    app.require_subcommand(0, 1);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        return early_exit{0, app.help()};
    } catch (const CLI::CallForVersion&) {
        return early_exit{0, fmt::format("rhombus-doctor {}\n", rhombus::version)};
    } catch (const CLI::ParseError& mistake) {
        return early_exit{2, one_line(mistake.what())};
    }
    if (watch->parsed())
        out.action = action::watch;
    if (explain->parsed())
        out.action = action::explain;
    return finish(std::move(out), values);
}

} // namespace rhombus::doctor
