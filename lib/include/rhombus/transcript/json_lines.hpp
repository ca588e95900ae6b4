#pragma once

#include <rhombus/transcript/record.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// One record as one line of JSON: docs/schema/transcript.schema.json.
namespace rhombus::transcript {

/// What a header's `schema` says. A reader refuses another major version.
inline constexpr std::string_view schema_name = "rhombus/transcript/1";

/// Why one line is no record.
struct line_error {
    std::string field = {};    ///< Dotted path, empty when the line is no JSON object.
    std::string expected = {}; ///< e.g. `an integer`.
};

/// Lines that wait to be written. Memory is kept by clear(), so that a steady flow of records
/// allocates nothing.
class line_buffer {
public:
    line_buffer();
    line_buffer(line_buffer&& other) noexcept;
    line_buffer& operator=(line_buffer&& other) noexcept;
    ~line_buffer();

    /// Adds the record as one line with its LF; members in the order of the schema, no blanks.
    /// Text that is not UTF-8 gains U+FFFD in place of each malformed sequence.
    void append(const record& subject);
    /// The same under another number.
    void append(const record& subject, std::uint64_t n);

    /// @returns all lines since the last clear(); valid until the next append() or clear().
    [[nodiscard]] std::string_view text() const noexcept;
    /// Forgets the lines and keeps the memory.
    void clear() noexcept;

private:
    struct state;
    std::unique_ptr<state> state_;
};

/// @returns the record as one line of JSON without its LF; fields in the order of the schema.
[[nodiscard]] std::string to_line(const record& subject);

/// Reads lines one after another into memory that is used again.
class line_reader {
public:
    line_reader();
    line_reader(line_reader&& other) noexcept;
    line_reader& operator=(line_reader&& other) noexcept;
    ~line_reader();

    /// Reads one line, without its LF. Unknown members are ignored (a newer writer); unknown kinds,
    /// members that stand twice, malformed UTF-8, and nesting deeper than 256 are errors.
    /// @returns a record that is valid until the next call.
    [[nodiscard]] boost::system::result<const record*, line_error> read(std::string_view line);

    /// The same without a copy, for a line behind which 64 octets can be read, whatever they are.
    [[nodiscard]] boost::system::result<const record*, line_error>
    read_in_place(std::string_view line);

private:
    struct state;
    std::unique_ptr<state> state_;
};

/// How many octets behind a line read_in_place() may look at.
inline constexpr std::size_t line_padding = 64;

/// Reads one line: line_reader for those who read only one.
[[nodiscard]] boost::system::result<record, line_error> from_line(std::string_view line);

} // namespace rhombus::transcript
