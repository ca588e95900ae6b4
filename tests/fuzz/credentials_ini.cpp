// The input is the text of ~/.rhombus/credentials, and of the config beside it.
#include "expect.hpp"
#include "input.hpp"

#include <rhombus/account/key_shape.hpp>
#include <rhombus/account/settings.hpp>

#include <algorithm>

namespace rhombus::fuzz {
namespace {

using account::ini_file;

constexpr std::string_view path = "credentials";

bool trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    return text.empty() || (blanks.find(text.front()) == std::string_view::npos &&
                            blanks.find(text.back()) == std::string_view::npos);
}

void expect_entries(const ini_file& file) {
    std::size_t line = 0;
    for (const auto& entry : file.entries) {
        expect(entry.line > line, "entries stand in the order of their lines");
        line = entry.line;
        expect(!entry.key.empty() && trimmed(entry.key) && trimmed(entry.value),
               "keys and values have no blanks around them");
        expect(entry.section.empty() || file.has_section(entry.section), "sections are listed");
        const auto* const last = file.find(entry.section, entry.key);
        expect(last != nullptr && last->line >= entry.line, "the last entry counts");
    }
}

/// Written down again, the file says the same.
void expect_written_alike(const ini_file& file) {
    std::string text{"\n"}; // A byte order mark counts only in front.
    std::string section;
    for (const auto& entry : file.entries) {
        if (entry.section != section)
            text += "[" + entry.section + "]\n";
        section = entry.section;
        text += entry.key + " = " + entry.value + "\n";
    }
    const auto again = account::parse_ini(path, text);
    expect(again && again->entries.size() == file.entries.size(), "it is read again");
    for (std::size_t i = 0; i < file.entries.size(); ++i)
        expect(again->entries[i].section == file.entries[i].section &&
                   again->entries[i].key == file.entries[i].key &&
                   again->entries[i].value == file.entries[i].value,
               "it says the same");
}

/// Nothing that may be shown holds a key.
void expect_secrets_kept(const account::settings& settings, std::string_view key) {
    const auto clean = [&](std::string_view text) {
        expect(text.find(key) == std::string_view::npos, "a key is never shown");
    };
    for (const auto& trap : settings.traps)
        clean(trap.text);
    for (const auto& error : settings.errors)
        clean(error.text);
    if (settings.ws_key)
        clean(settings.ws_key->value.hint());
}

void resolve_with(const ini_file& file, std::string_view text) {
    constexpr std::string_view canary = "canary-0123456789-canary";
    account::sources from;
    from.credentials = from.config = file;
    static_cast<void>(resolve(from));
    from.environment = [&](std::string_view name) -> std::optional<std::string> {
        return name == "RHOMBUS_API_KEY" ? std::optional{std::string{canary}} : std::nullopt;
    };
    const auto settings = resolve(from);
    if (text.find(canary) != std::string_view::npos)
        return; // Then it was no secret.
    expect(settings.rest_key && settings.rest_key->value.reveal() == canary,
           "the environment goes before the file");
    expect_secrets_kept(settings, canary);
}

void run(std::string_view text) {
    const auto file = account::parse_ini(path, text);
    if (!file) {
        const auto lines = 1 + std::ranges::count(text, '\n');
        expect(file.error().line >= 1 && file.error().line <= static_cast<std::size_t>(lines),
               "an error names a line of the file");
        expect(file.error().expected.starts_with("expected "), "it says what was expected");
        return;
    }
    expect_entries(*file);
    resolve_with(*file, text);
    // An entry may look like a comment or a header once its line's blanks have gone.
    const auto plain = std::ranges::all_of(
        file->entries, [](const auto& entry) { return entry.key.find_first_of("[#;=") != 0; });
    if (plain)
        expect_written_alike(*file);
    for (const auto& entry : file->entries)
        for (const auto& defect : account::shape_defects(entry.value))
            expect(!defect.empty(), "a defect is named");
}

} // namespace
} // namespace rhombus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rhombus::fuzz::run(rhombus::fuzz::input{data, size}.rest());
    return 0;
}
