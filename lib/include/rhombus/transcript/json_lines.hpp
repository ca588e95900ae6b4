#pragma once

#include <rhombus/transcript/record.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace rhombus::transcript {

/// Why one line is no record.
struct line_error {
    std::string field;    ///< Dotted path, empty when the line is no JSON object.
    std::string expected; ///< e.g. `an integer`.
};

/// @returns the record as one line of JSON without its LF; fields in the order of the schema.
[[nodiscard]] std::string to_line(const record& subject);

/// Reads one line. Unknown fields are ignored (a newer writer), unknown kinds are errors.
[[nodiscard]] boost::system::result<record, line_error> from_line(std::string_view line);

} // namespace rhombus::transcript
