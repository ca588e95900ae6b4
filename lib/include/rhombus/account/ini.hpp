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
    std::string section; ///< Empty before the first `[section]`.
    std::string key;
    std::string value; ///< Without the blanks around it; quotes stay.
    std::size_t line = 0;
};

/// An INI file as the vendor's client writes it: `~/.rhombus/credentials` and `config`.
struct ini_file {
    std::string path;
    std::vector<ini_entry> entries;

    /// @returns the last entry of that key in that section (a later one replaces an earlier one).
    [[nodiscard]] const ini_entry* find(std::string_view section, std::string_view key) const;
    /// @returns whether any entry or header names the section.
    [[nodiscard]] bool has_section(std::string_view section) const;

    std::vector<std::string> sections;
};

/// Which line is no INI, and what was expected there. No value is ever quoted.
struct ini_error {
    std::size_t line = 0;
    std::string expected;
};

[[nodiscard]] boost::system::result<ini_file, ini_error> parse_ini(std::string_view path,
                                                                   std::string_view text);

} // namespace rhombus::account
