#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace rhombus::scenario {

/// Where the report goes: standard output, or a file that appears whole or not at all.
class output_file {
public:
    /// Makes sure that the file can be written. Throws input_error. An empty path: standard output.
    explicit output_file(std::filesystem::path path);
    output_file(const output_file&) = delete;
    output_file& operator=(const output_file&) = delete;
    ~output_file();

    /// Throws harness_error.
    void write(std::string_view text);

private:
    std::filesystem::path path_;
    std::filesystem::path partial_;
};

} // namespace rhombus::scenario
