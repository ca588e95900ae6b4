#pragma once

#include <boost/system/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rhombus::account {

/// One `key = value` and where it stood.
struct ini_entry {
    std::string section;  ///< Empty before the first `[section]`.
    std::string key;      ///< Without the blanks around it.
    std::string value;    ///< Without the blanks around it; quotes stay.
    std::size_t line = 0; ///< Number in the file, from 1.
};

/// An INI file as the vendor's client writes it: `~/.rhombus/credentials` and `config`.
struct ini_file {
    std::string path;               ///< As given to parse_ini(), for messages.
    std::vector<ini_entry> entries; ///< In the order of the file.

    /// @returns the last entry of that key in that section (a later one replaces an earlier one).
    [[nodiscard]] const ini_entry* find(std::string_view section, std::string_view key) const;
    /// @returns whether any entry or header names the section.
    [[nodiscard]] bool has_section(std::string_view section) const;

    std::vector<std::string> sections; ///< Names of all headers, in the order of the file.
};

/// Which line is no INI, and what was expected there. No value is ever quoted.
struct ini_error {
    std::size_t line = 0; ///< Number in the file, from 1.
    std::string expected; ///< e.g. "expected `[section]` or `key = value`".
};

/// Reads an INI file's text; `path` only names it.
[[nodiscard]] boost::system::result<ini_file, ini_error> parse_ini(std::string_view path,
                                                                   std::string_view text);

} // namespace rhombus::account
