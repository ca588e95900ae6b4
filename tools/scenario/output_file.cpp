#include "output_file.hpp"

#include "input_error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <system_error>
#include <utility>

namespace rhombus::scenario {

output_file::output_file(std::filesystem::path path)
    : path_{std::move(path)}, partial_{path_.string() + ".partial"} {
    if (path_.empty())
        return;
    std::error_code failure;
    const auto folder = std::filesystem::is_directory(path_, failure);
    if (folder || !std::ofstream{partial_})
        throw input_error{
            fmt::format("--output {}: cannot be written: {}", path_.string(),
                        folder ? "is a folder" : std::generic_category().message(errno))};
}

output_file::~output_file() {
    std::error_code ignored; // it is only left over where nothing was written
    if (!path_.empty())
        std::filesystem::remove(partial_, ignored);
}

void output_file::write(std::string_view text) {
    if (path_.empty()) {
        std::fwrite(text.data(), 1, text.size(), stdout);
        if (std::fflush(stdout) != 0)
            throw harness_error{"standard output cannot be written"};
        return;
    }
    std::error_code failure;
    {
        std::ofstream file{partial_, std::ios::binary};
        file << text;
        if (!file.flush())
            throw harness_error{fmt::format("--output {}: cannot be written", path_.string())};
    }
    std::filesystem::rename(partial_, path_, failure);
    if (failure)
        throw harness_error{fmt::format("--output {}: {}", path_.string(), failure.message())};
}

} // namespace rhombus::scenario
