#include <rhombus/account/key_shape.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace rhombus::account {
namespace {

constexpr std::string_view blanks = " \t\r\n\v\f";

std::string lower(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    return out;
}

bool is_control(char c) noexcept {
    const auto octet = static_cast<unsigned char>(c);
    return octet < 0x20 || octet == 0x7F;
}
bool is_not_ascii(char c) noexcept {
    return static_cast<unsigned char>(c) >= 0x80;
}

/// White space, by place; a line break is named as what it is, since it comes from a file or paste.
void add_blanks(std::string_view key, std::vector<std::string>& defects) {
    if (key.find_first_of("\r\n") != std::string_view::npos)
        defects.emplace_back("a line break");
    const auto first = key.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return;
    const auto last = key.find_last_not_of(blanks);
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    if (first > 0)
        defects.emplace_back("white space at the start");
    if (std::any_of(key.begin() + static_cast<std::ptrdiff_t>(last) + 1, key.end(), is_blank))
        defects.emplace_back("white space at the end");
    const auto core = key.substr(first, last - first + 1);
    if (std::any_of(core.begin(), core.end(), is_blank))
        defects.emplace_back("white space inside");
}

bool is_placeholder(std::string_view key) {
    static constexpr std::array words{"your",        "token",   "api_key", "apikey", "changeme",
                                      "placeholder", "example", "xxxx",    "insert"};
    const auto text = lower(key);
    const bool bracketed = (text.starts_with('<') && text.ends_with('>')) ||
                           (text.starts_with('{') && text.ends_with('}')) || text.starts_with("${");
    const bool worded = std::any_of(words.begin(), words.end(),
                                    [&](const char* word) { return text.starts_with(word); });
    return bracketed || worded;
}

} // namespace

std::vector<std::string> shape_defects(std::string_view key) {
    std::vector<std::string> defects;
    if (key.starts_with("\xEF\xBB\xBF")) {
        defects.emplace_back("a byte order mark at the start");
        key.remove_prefix(3);
    }
    add_blanks(key, defects);
    const auto core = key.substr(std::min(key.find_first_not_of(blanks), key.size()));
    if (core.find_first_of("\"'`") != std::string_view::npos)
        defects.emplace_back("quotation marks");
    for (const auto* prefix : {"bearer ", "token ", "x-auth-apikey"}) {
        if (lower(core).starts_with(prefix))
            defects.emplace_back(std::string{"the prefix `"} + prefix + "`");
    }
    if (is_placeholder(core))
        defects.emplace_back("placeholder text");
    if (std::any_of(core.begin(), core.end(), is_not_ascii))
        defects.emplace_back("characters that are not ASCII");
    const auto hidden = [](char c) { return is_control(c) && c != '\r' && c != '\n' && c != '\t'; };
    if (std::any_of(core.begin(), core.end(), hidden))
        defects.emplace_back("control characters");
    return defects;
}

} // namespace rhombus::account
