#pragma once

#include "selection.hpp"
#include "summary.hpp"

#include <rhombus/rules/rule.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace rhombus::scenario {

enum class report_format : std::uint8_t { text, json, junit };
enum class rehearsal : std::uint8_t { no, dry_run };

/// The command line of `run`, `list` and `lint`.
struct command_options {
    std::string client;
    selection wanted;
    rules::profile profile = rules::profile::vendor;
    scenario::transport transport = transport::tls;
    scenario::rehearsal rehearsal = rehearsal::no;
    report_format format = report_format::text;
    std::size_t jobs = 16;
    std::optional<std::uint64_t> seed;
    exit_policy policy;
    std::filesystem::path output;             ///< Empty: standard output.
    std::filesystem::path artifacts;          ///< Where transcripts are kept; empty: nowhere.
    std::filesystem::path scenarios;          ///< Empty: those of the project.
    std::filesystem::path clients;            ///< Empty: those of the project.
    std::vector<std::filesystem::path> files; ///< Of `lint`.
};

/// Each returns the exit code of the contract; throw input_error (2) and harness_error (3).
[[nodiscard]] int run_command(const command_options& given);
[[nodiscard]] int list_command(const command_options& given);
[[nodiscard]] int lint_command(const command_options& given);

} // namespace rhombus::scenario
