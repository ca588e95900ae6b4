#include "lint.hpp"

#include "child_process.hpp"
#include "input_error.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

namespace rhombus::scenario {

namespace {

using namespace std::chrono_literals;

std::vector<std::string> environment_as_it_is() {
    std::vector<std::string> pairs;
    for (auto** entry = environ; *entry != nullptr; ++entry)
        pairs.emplace_back(*entry);
    return pairs;
}

/// @returns the program's standard output; its standard error is kept for the message.
std::string output_of(const launch& how) {
    auto made = child_process::start(how);
    if (!made)
        throw harness_error{made.error()};
    std::string out;
    std::string err;
    const auto take = [&](output_stream stream, std::string_view line) {
        (stream == output_stream::out ? out : err).append(line).append("\n");
    };
    while (!made->status())
        made->read_output(20ms, take);
    // What is still in the pipes: more than one block needs more than one look.
    for (auto before = std::string::npos; before != out.size() + err.size();) {
        before = out.size() + err.size();
        made->read_output(1ms, take);
    }
    if (out.empty())
        throw harness_error{fmt::format("{} lint failed: {}", how.argv.front(), err)};
    return out;
}

} // namespace

std::vector<std::string> lint(const std::filesystem::path& mock_program,
                              const std::vector<std::filesystem::path>& files) {
    launch how{.argv = {mock_program.string(), "lint", "--format", "json"},
               .environment = environment_as_it_is(),
               .folder = std::filesystem::current_path()};
    for (const auto& file : files)
        how.argv.push_back(file.string());
    std::vector<std::string> problems;
    try {
        for (const auto& entry : nlohmann::json::parse(output_of(how))) {
            for (const auto& error : entry.at("errors"))
                problems.push_back(fmt::format("{}:{}: {}", error.at("file").get<std::string>(),
                                               error.at("line").get<int>(),
                                               error.at("message").get<std::string>()));
        }
    } catch (const nlohmann::json::exception& broken) {
        throw harness_error{
            fmt::format("{} lint: not understood: {}", mock_program.string(), broken.what())};
    }
    return problems;
}

} // namespace rhombus::scenario
