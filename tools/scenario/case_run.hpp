#pragma once

#include "client_file.hpp"
#include "control.hpp"
#include "scenario_file.hpp"

#include <rhombus/rules/verdict.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace rhombus::scenario {

/// One scenario in one permutation.
struct test_case {
    const scenario_file* scenario = nullptr;
    std::string framing = "whole";
    std::uint64_t seed = 1;

    /// @returns the scenario's id, with its permutation where there are several.
    [[nodiscard]] std::string id() const;
};

enum class transport : std::uint8_t { tls, plain };

/// What all cases of a run share.
struct run_setting {
    client_file client;
    rules::profile profile = rules::profile::vendor;
    scenario::transport transport = transport::tls;
    std::string control_url = {};
    std::filesystem::path work_folder = {}; ///< Each case has a folder below it.
    std::function<std::chrono::nanoseconds()> lag;
};

/// What one case came to.
struct case_result {
    std::string id = {};
    rules::verdict verdict = rules::verdict::inconclusive;
    std::vector<rules::finding> findings = {};
    std::chrono::nanoseconds duration{0};
    std::filesystem::path transcript = {};
};

/// Runs one case: starts a scenario of the mock server and a client, watches both until all windows
/// have passed, ends both, and judges. What goes wrong around the client is the verdict `error`.
[[nodiscard]] case_result run_case(const test_case& what, const run_setting& how,
                                   const std::stop_token& stop);

} // namespace rhombus::scenario
