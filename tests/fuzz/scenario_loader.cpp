// The input is a scenario's YAML.
#include "expect.hpp"
#include "input.hpp"
#include "memory_file.hpp"
#include "scenario/input_error.hpp"
#include "scenario/scenario_file.hpp"

#include <algorithm>
#include <optional>

namespace rhombus::fuzz {
namespace {

using scenario::scenario_file;

void expect_told(std::string_view message, std::string_view path) {
    expect(message.starts_with(path), "an error names the file");
    const auto behind = message.substr(path.size());
    expect(behind.starts_with(':') && behind.find_first_of("0123456789") == 1,
           "an error names the line");
    expect(std::ranges::none_of(behind, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }),
           "an error is one line without control octets");
}

std::optional<scenario_file> load(const std::filesystem::path& path) {
    try {
        return scenario::load_scenario(path);
    } catch (const scenario::input_error& error) {
        expect_told(error.what(), path.string());
        return std::nullopt;
    }
}

void expect_lengths(const scenario::window& window) {
    const stomp::heartbeat_plan plan{.send_every = std::chrono::seconds{10},
                                     .expect_every = std::chrono::seconds{10}};
    const auto length = length_of(window, plan);
    expect(length && length->count() >= 0, "a window has a length");
    expect(window.server_intervals >= 0 && window.client_intervals >= 0, "no window is negative");
}

void run(std::string_view yaml) {
    const memory_file file{yaml};
    const auto read = load(file.path());
    if (!read)
        return;
    const auto names_requirement = [](const auto& one) { return !one.requirement.empty(); };
    expect(std::ranges::any_of(read->expectations, names_requirement), "something is required");
    expect(!read->framings.empty() && !read->tags.empty(), "defaults stand where nothing was said");
    for (const auto& one : read->expectations)
        expect_lengths(one.window);
}

} // namespace
} // namespace rhombus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rhombus::fuzz::run(rhombus::fuzz::input{data, size}.rest());
    return 0;
}
