#pragma once

#include <boost/system/result.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace rhombus::doctor {

/// One sentence that names the file and what is wrong with it.
struct report_file_error {
    std::string message;
};

/// A file that is there whole or not at all: written beside its place and moved there at the end.
class report_file {
public:
    /// Makes sure that the place can be written, before anything is sent.
    [[nodiscard]] static boost::system::result<report_file, report_file_error>
    open(const std::filesystem::path& path);

    report_file(report_file&&) noexcept = default;
    report_file& operator=(report_file&&) noexcept = delete;
    /// Without write() before it leaves nothing behind.
    ~report_file();

    /// @returns one sentence when it failed; empty when the report stands in its place.
    [[nodiscard]] std::string write(std::string_view text);

private:
    struct closer {
        void operator()(std::FILE* file) const noexcept;
    };
    report_file(std::FILE* file, std::filesystem::path place, std::filesystem::path draft);

    std::unique_ptr<std::FILE, closer> file_;
    std::filesystem::path place_;
    std::filesystem::path draft_;
};

} // namespace rhombus::doctor
