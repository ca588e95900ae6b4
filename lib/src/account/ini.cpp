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

/// What each reader of a line gives back: null, or what was expected there.
using expectation = const char*;

expectation read_section(ini_file& out, std::string_view line) {
    if (!line.ends_with(']'))
        return "expected `[section]`, found an unfinished header";
    const auto name = trim(line.substr(1, line.size() - 2));
    if (name.empty())
        return "expected `[section]`, found no name in the brackets";
    out.sections.emplace_back(name);
    return nullptr;
}

expectation read_entry(ini_file& out, std::string_view line, std::size_t number) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0)
        return "expected `[section]` or `key = value`";
    out.entries.push_back({out.sections.empty() ? std::string{} : out.sections.back(),
                           std::string{trim(line.substr(0, equals))},
                           std::string{trim(line.substr(equals + 1))}, number});
    return nullptr;
}

expectation read_line(ini_file& out, std::string_view line, std::size_t number) {
    if (line.find('\0') != std::string_view::npos)
        return "expected text, found a NUL octet";
    if (is_comment(line))
        return nullptr;
    return line.starts_with('[') ? read_section(out, line) : read_entry(out, line, number);
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
    std::size_t number = 0;
    if (text.starts_with("\xEF\xBB\xBF")) // Some editors begin a file so.
        text.remove_prefix(3);
    while (!text.empty()) {
        ++number;
        const auto end = std::min(text.find('\n'), text.size());
        if (const auto expected = read_line(out, trim(text.substr(0, end)), number))
            return ini_error{number, expected};
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

} // namespace rhombus::account
