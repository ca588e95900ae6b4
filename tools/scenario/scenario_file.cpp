#include "scenario_file.hpp"

#include "input_error.hpp"
#include "yaml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rhombus::scenario {

namespace {

constexpr std::string_view default_window = "5s";

window read_window(const yaml_mapping& entry) {
    const auto* const key = entry.has("within") ? "within" : "window";
    const auto read = parse_window(entry.text(key, default_window));
    if (!read)
        entry.refuse(key, "expected a duration such as 10s or 7 * hb.server + 60s");
    return *read;
}

expectation read_expectation(const yaml_mapping& entry) {
    expectation read{.requirement = entry.text("requirement"),
                     .fact = entry.text("fact"),
                     .after = entry.text("after"),
                     .connection = std::nullopt,
                     .window = read_window(entry)};
    if (entry.has("connection"))
        read.connection = entry.small_number("connection");
    return read;
}

} // namespace

scenario_file load_scenario(const std::filesystem::path& path) {
    const auto file = yaml_mapping::load(path);
    scenario_file read{.path = path,
                       .id = file.required("id"),
                       .title = file.required("title"),
                       .guide = file.text("guide"),
                       .faults = file.texts("faults"),
                       .tags = file.texts("tags"),
                       .framings = file.inner("permute").texts("framing"),
                       .seed = file.number("seed", 1),
                       .expectations = {}};
    if (read.framings.empty())
        read.framings.emplace_back("whole");
    if (read.tags.empty())
        read.tags.emplace_back("default");
    for (const auto& entry : file.list("expect"))
        read.expectations.push_back(read_expectation(entry));
    const auto names_requirement = [](const expectation& one) { return !one.requirement.empty(); };
    if (std::none_of(read.expectations.begin(), read.expectations.end(), names_requirement))
        file.refuse("expect", "expected at least one requirement");
    return read;
}

std::vector<std::filesystem::path> scenario_paths(const std::filesystem::path& file_or_folder) {
    namespace fs = std::filesystem;
    std::vector<fs::path> paths;
    std::error_code failure;
    if (fs::is_regular_file(file_or_folder, failure))
        return {file_or_folder};
    for (fs::recursive_directory_iterator entry{file_or_folder, failure}, end;
         !failure && entry != end; entry.increment(failure)) {
        if (entry->path().extension() == ".yaml")
            paths.push_back(entry->path());
    }
    if (failure)
        throw input_error{
            fmt::format("{}: cannot be read: {}", file_or_folder.string(), failure.message())};
    std::sort(paths.begin(), paths.end());
    return paths;
}

} // namespace rhombus::scenario
