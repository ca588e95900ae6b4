#pragma once

#include <rhombus/transcript/record.hpp>

#include <boost/system/result.hpp>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

/// Transcripts on disk; beside the core, since this does I/O.
namespace rhombus::transcript {

/// Why a file could not be used: one sentence that names the file, and the line where there is one.
struct file_error {
    std::string message;
};

/// A JSON Lines file that grows as records come; each line is flushed.
class file_writer {
public:
    /// Creates the file or empties it, readable by its owner only. Call before anything is sent.
    [[nodiscard]] static boost::system::result<file_writer, file_error>
    open(const std::filesystem::path& path);

    /// Appends one line. After a failure nothing more is written.
    void write(const record& subject);

    /// @returns the first failure of writing, one sentence; empty when there was none.
    [[nodiscard]] const std::string& failure() const noexcept;

private:
    struct closer {
        void operator()(std::FILE* file) const noexcept;
    };
    file_writer(std::FILE* file, std::filesystem::path path);

    std::unique_ptr<std::FILE, closer> file_;
    std::filesystem::path path_;
    std::string failure_;
};

/// What was read in all.
struct read_totals {
    std::uint64_t records = 0;
    bool complete = false; ///< The `end` record came last; else the file is truncated.
};

/// Reads a transcript record by record; a last line that was cut off counts as truncation.
/// @returns totals, or the first line that is no record, e.g.
/// `run.jsonl:3: field n: expected an integer`.
[[nodiscard]] boost::system::result<read_totals, file_error>
read_file(const std::filesystem::path& path, const std::function<void(record&&)>& receive);

} // namespace rhombus::transcript
