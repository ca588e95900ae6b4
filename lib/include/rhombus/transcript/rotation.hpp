#pragma once

#include <rhombus/transcript/file.hpp>
#include <rhombus/transcript/record.hpp>

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// A transcript that goes on in a new file from time to time.
namespace rhombus::transcript {

/// When a file is full. What is 0 sets no limit.
struct rotation_limits {
    std::uint64_t octets = 0;        ///< Of the file.
    std::chrono::nanoseconds age{0}; ///< By the monotonic clock, from the file's header.
};

/// @returns whether a file of that size and age is full. Pure.
[[nodiscard]] bool rotation_due(const rotation_limits& limits, std::uint64_t octets,
                                std::chrono::nanoseconds age) noexcept;

/// How a sequence of files is made.
struct rotation_plan {
    rotation_limits limits = {};           ///< When to go on in a new file.
    flushing when = flushing::each_second; ///< Lines leave memory.
    /// @returns where a file of the sequence stands, the first being 1.
    std::function<std::filesystem::path(std::uint32_t)> path_of = {};
    /// Called when the last line of a file is on disk: for a proof scan, for compression.
    std::function<void(const std::filesystem::path&)> finished = {};
    /// @returns names of the secrets known by now, for the next header; if empty, the first
    /// header's stand.
    std::function<std::vector<std::string>()> redacted = {};
};

/// Writes a sequence of files. Each is a whole transcript: `header` first, `end` last, `n` from 0;
/// the `end` and a `note` behind the next header name the neighbours in the sequence. Connections
/// keep their numbers; an `end` counts those that began in its file, so that the totals of all
/// files add up.
class rotating_writer {
public:
    /// Creates the first file.
    [[nodiscard]] static boost::system::result<rotating_writer, file_error>
    open(rotation_plan plan);

    /// Appends one line, if need be as the first of a new file. After a failure nothing is written.
    void write(const record& subject);

    /// See file_writer::tick().
    void tick(std::int64_t t_ns);

    /// @returns the first failure of writing, one sentence; empty when there was none.
    [[nodiscard]] const std::string& failure() const noexcept;

private:
    rotating_writer(rotation_plan plan, file_writer file);
    [[nodiscard]] bool due(const record& subject) const noexcept;
    void go_on_in_new_file(const stamp& when);
    void put(const record& subject);
    void put_end(record last);

    rotation_plan plan_;
    file_writer file_;
    std::uint32_t part_ = 1;
    std::optional<record> header_;
    std::int64_t begun_ns_ = 0;
    std::uint64_t records_ = 0;     ///< In this file.
    std::uint64_t dropped_ = 0;     ///< In this file.
    std::uint64_t own_records_ = 0; ///< In this file, without what frames it.
    std::uint32_t highest_connection_ = 0;
    std::uint32_t told_connections_ = 0; ///< In the `end` records so far.
    std::uint64_t told_dropped_ = 0;
    std::string failure_;
};

} // namespace rhombus::transcript
