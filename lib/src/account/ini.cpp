#include <rhombus/account/ini.hpp>

#include <algorithm>

namespace rhombus::account {
namespace {

std::string_view trim(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_comment(std::string_view line) {
    return line.empty() || line.starts_with('#') || line.starts_with(';');
}

} // namespace

const ini_entry* ini_file::find(std::string_view section, std::string_view key) const {
    const auto found = std::find_if(entries.rbegin(), entries.rend(), [&](const ini_entry& entry) {
        return entry.section == section && entry.key == key;
    });
    return found == entries.rend() ? nullptr : &*found;
}

bool ini_file::has_section(std::string_view section) const {
    return std::find(sections.begin(), sections.end(), section) != sections.end();
}

boost::system::result<ini_file, ini_error> parse_ini(std::string_view path, std::string_view text) {
    ini_file out{std::string{path}, {}, {}};
    std::string section;
    std::size_t number = 0;
    if (text.starts_with("\xEF\xBB\xBF")) // Some editors begin a file so.
        text.remove_prefix(3);
    while (!text.empty()) {
        ++number;
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = trim(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.find('\0') != std::string_view::npos)
            return ini_error{number, "expected text, found a NUL octet"};
        if (is_comment(line))
            continue;
        if (line.starts_with('[')) {
            if (!line.ends_with(']') || line.size() < 3)
                return ini_error{number, "expected `[section]`, found an unfinished header"};
            section = trim(line.substr(1, line.size() - 2));
            out.sections.push_back(section);
            continue;
        }
        const auto equals = line.find('=');
        if (equals == std::string_view::npos || equals == 0)
            return ini_error{number, "expected `[section]` or `key = value`"};
        out.entries.push_back({section, std::string{trim(line.substr(0, equals))},
                               std::string{trim(line.substr(equals + 1))}, number});
    }
    return out;
}

} // namespace rhombus::account
