#pragma once

#include <rhombus/transcript/json_lines.hpp>
#include <rhombus/transcript/record.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace rhombus::transcript {

/// Why a transcript could not be read or written: one sentence that names the file, and the line
/// where there is one.
struct file_error {
    std::string message = {}; ///< e.g. `run.jsonl:3: field n: expected an integer`.
};

/// What was read in all.
struct read_totals {
    std::uint64_t records = 0; ///< Lines that were read.
    bool complete = false;     ///< The `end` record came last; else the file is truncated.
};

/// Limits of reading.
struct read_options {
    /// Longest line without its LF. The default holds a message of 16 MiB, all of it escaped as
    /// `\u0000`.
    std::size_t line_octets = std::size_t{128} << 20U;
};

/// Reads a transcript that comes in blocks cut anywhere; memory is bounded by the longest line.
class block_reader {
public:
    /// The record is valid during the call.
    using receiver = std::function<void(const record&)>;

    /// @param name of the file, for errors.
    block_reader(std::string name, receiver receive, read_options options = {});

    /// Takes the next octets and hands on each record that is whole. The first record must be a
    /// header of the schema's version.
    /// @returns the first line that is no record, e.g. `run.jsonl:3: field n: expected an integer`.
    /// After an error nothing more is read, and the error comes again.
    [[nodiscard]] boost::system::result<void, file_error> feed(std::string_view octets);

    /// Takes the last line when no LF follows it; one that was cut off counts as truncation.
    [[nodiscard]] boost::system::result<read_totals, file_error> finish();

private:
    void take(const boost::system::result<const record*, line_error>& read);
    [[nodiscard]] bool fits(std::size_t line_octets);
    [[nodiscard]] std::string_view complete_begun(std::string_view octets);
    void refuse(const line_error& wrong);

    std::string name_;
    receiver receive_;
    read_options options_;
    line_reader lines_;
    std::string begun_; ///< A line whose LF has not come.
    read_totals totals_;
    std::string failure_;
};

} // namespace rhombus::transcript
