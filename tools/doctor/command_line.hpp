#pragma once

#include <rhombus/account/settings.hpp>
#include <rhombus/net/connection.hpp>
#include <rhombus/report/doctor_report.hpp>

#include <boost/system/result.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace rhombus::doctor {

enum class action : std::uint8_t { check, watch, explain, list_checks, list_faults };
enum class format : std::uint8_t { text, json, jsonl };

/// What the command line asks for; nothing of it has been opened or tried yet.
struct command_line {
    doctor::action action = action::check;
    std::string explain_code;

    account::flags account; ///< Keys are still files here: the two paths below.
    std::optional<std::string> api_key_file;
    std::optional<std::string> passcode_file;
    std::string ca_file;
    std::vector<net::address_override> overrides;
    net::untrusted_peer on_defect = net::untrusted_peer::stop;
    net::clear_text_credentials clear_text = net::clear_text_credentials::loopback_only;

    std::optional<std::chrono::milliseconds> wait; ///< nullopt: as long as needed, about 30 s.
    bool no_decoy = false;
    std::optional<std::string> expect;

    bool demo = false;
    std::vector<std::string> faults;

    doctor::format format = format::text;
    std::optional<std::string> output;
    std::optional<std::string> log;
    report::detail detail = report::detail::normal;
};

/// The program should end at once: help, version, or a mistake.
struct early_exit {
    int code = 0;
    std::string text; ///< For standard output when code is 0, else one line for standard error.
};

[[nodiscard]] boost::system::result<command_line, early_exit> parse_command_line(int argc,
                                                                                 char** argv);

} // namespace rhombus::doctor
