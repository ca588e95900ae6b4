#pragma once

#include <rhombus/transcript/block_reader.hpp>
#include <rhombus/transcript/json_lines.hpp>
#include <rhombus/transcript/record.hpp>
#include <rhombus/transcript/redactor.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

/// Transcripts on disk; beside the core, since this does I/O.
namespace rhombus::transcript {

/// When lines leave memory. After a crash what had not left is lost.
enum class flushing : std::uint8_t {
    each_second, ///< A record or tick() comes a second after the last flush, or 64 KiB wait.
    each_line,   ///< For those whose file is read while they run.
};

/// A JSON Lines file that grows as records come.
class file_writer {
public:
    /// Creates the file or empties it, readable by its owner only. Call before anything is sent.
    [[nodiscard]] static boost::system::result<file_writer, file_error>
    open(const std::filesystem::path& path, flushing when = flushing::each_line);

    file_writer(file_writer&& other) noexcept;
    file_writer& operator=(file_writer&& other) noexcept;
    /// Flushes what waits; who wants to know of a failure calls flush() before.
    ~file_writer();

    /// Appends one line; the `end` record is flushed at once. After a failure nothing more is
    /// written, and the file ends with the last line that is whole.
    void write(const record& subject);
    /// The same under another number.
    void write(const record& subject, std::uint64_t n);

    /// Flushes when the last flush is a second old; for times in which no record comes.
    /// @param t_ns of the records' clock.
    void tick(std::int64_t t_ns);

    /// Hands all lines to the system.
    void flush();

    /// @returns octets of the file, with those that wait.
    [[nodiscard]] std::uint64_t octets() const noexcept;

    /// @returns the first failure of writing, one sentence; empty when there was none.
    [[nodiscard]] const std::string& failure() const noexcept;

private:
    file_writer(int descriptor, std::filesystem::path path, flushing when);
    void fail(int number, std::size_t written);

    int descriptor_ = -1;
    std::filesystem::path path_;
    flushing when_ = flushing::each_second;
    line_buffer waiting_;
    std::uint64_t on_disk_ = 0;
    std::int64_t flushed_ns_ = 0;
    std::string failure_;
};

/// Reads a transcript record by record, in constant memory; a last line that was cut off counts as
/// truncation. The record is valid during the call.
/// @returns totals, or the first line that is no record, e.g.
/// `run.jsonl:3: field n: expected an integer`.
[[nodiscard]] boost::system::result<read_totals, file_error>
read_file(const std::filesystem::path& path, const std::function<void(const record&)>& receive,
          read_options options = {});

/// Proof scan: reads the octets as they stand on disk and looks for every form of every secret.
/// @param shortest octets of a form that counts: short ones occur by chance in times and hashes.
/// @returns where secrets stand, at most 16 places, none when the file is clean.
[[nodiscard]] boost::system::result<std::vector<exposure>, file_error>
scan_for_secrets(const std::filesystem::path& path, const redactor& secrets,
                 std::size_t shortest = 0);

} // namespace rhombus::transcript
