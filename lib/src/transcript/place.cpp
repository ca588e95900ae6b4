#include "place.hpp"

namespace rhombus::transcript {

namespace {

std::string word_of(const place& where) {
    return where.name.empty() ? std::to_string(where.index) : std::string{where.name};
}

std::string pointer_token(std::string_view name) {
    std::string token;
    for (const auto letter : name) {
        if (letter == '~')
            token += "~0";
        else if (letter == '/')
            token += "~1";
        else
            token += letter;
    }
    return token;
}

} // namespace

std::string dotted(const place& where) {
    auto text = word_of(where);
    for (const auto* step = where.outer; step != nullptr; step = step->outer)
        text.insert(0, word_of(*step).append(1, '.'));
    return text;
}

std::string json_pointer(const place& where) {
    std::string text;
    for (const auto* step = &where; step != nullptr; step = step->outer)
        text.insert(0, pointer_token(word_of(*step)).insert(0, 1, '/'));
    return text;
}

} // namespace rhombus::transcript
