#include "base64.hpp"
#include "fields.hpp"

#include <rhombus/transcript/redactor.hpp>
#include <rhombus/utf8.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>
#include <variant>

namespace rhombus::transcript {

namespace {

constexpr std::size_t shortest_secret = 4;

enum class letter_case : std::uint8_t { lower, upper };

std::string hexadecimal(std::string_view octets, letter_case letters) {
    std::string text;
    for (const auto octet : octets) {
        const auto value = static_cast<std::uint8_t>(octet);
        text += letters == letter_case::lower ? fmt::format("{:02x}", value)
                                              : fmt::format("{:02X}", value);
    }
    return text;
}

bool unreserved(char octet) {
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
           (octet >= '0' && octet <= '9') ||
           std::string_view{"-._~"}.find(octet) != std::string_view::npos;
}

/// Spec: RFC 3986, section 2.1.
std::string percent_encoded(std::string_view octets, letter_case letters) {
    std::string text;
    for (const auto octet : octets) {
        if (unreserved(octet))
            text += octet;
        else
            text += '%' + hexadecimal({&octet, 1}, letters);
    }
    return text;
}

/// @returns the characters of base64 text that depend on the value alone, wherever it stands in a
/// longer text: `before` octets precede it in its group of three.
std::string base64_core(std::string_view value, std::size_t before) {
    const auto text = to_base64(std::string(before, '\0') + std::string{value});
    constexpr std::array<std::size_t, 3> shared_at_front{0, 2, 3};
    constexpr std::array<std::size_t, 3> shared_at_back{0, 3, 2}; // with the padding
    const auto front = shared_at_front.at(before);
    const auto back = shared_at_back.at((before + value.size()) % 3);
    return front + back < text.size() ? text.substr(front, text.size() - front - back) : "";
}

std::string url_alphabet(std::string text) {
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

std::string json_escaped(std::string_view value) {
    const auto quoted =
        nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return quoted.substr(1, quoted.size() - 2);
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

/// Walks over every text of a record and lets `clean` replace it; knows the place of each.
template <class Clean>
class text_visitor {
public:
    explicit text_visitor(Clean clean) : clean_{std::move(clean)} {}

    template <class T>
    void operator()(std::string_view name, T& value) {
        const inner place{*this, name};
        walk(value);
    }
    void nullable(std::string_view name, std::string& value) { (*this)(name, value); }
    void json_text(std::string_view name, std::string& value) { (*this)(name, value); }
    void base64(std::string_view name, std::string& value) { (*this)(name, value); }
    void payload(std::string& value) {
        (*this)(well_formed_utf8(value) ? "text" : "base64", value);
    }
    template <class T>
    void optional(std::string_view /*name*/, std::optional<T>& /*number*/) {}
    void flag(std::string_view /*name*/, std::string_view /*word*/, bool /*value*/) {}

private:
    /// One step down in the record, for as long as it lives.
    class inner {
    public:
        inner(text_visitor& owner, std::string_view name)
            : owner_{owner}, length_{owner.path_.size()} {
            owner_.path_ += '/' + pointer_token(name);
        }
        inner(const inner&) = delete;
        inner& operator=(const inner&) = delete;
        ~inner() { owner_.path_.resize(length_); }

    private:
        text_visitor& owner_;
        std::size_t length_;
    };

    void walk(std::string& value) { clean_(path_, value); }
    void walk(std::optional<std::string>& value) {
        if (value)
            walk(*value);
    }
    void walk(certificate& value) { visit_fields(*this, value); }
    void walk(std::pair<std::string, std::string>& field) {
        (*this)("0", field.first);
        (*this)("1", field.second);
    }
    template <class T>
    void walk(std::vector<T>& values) {
        for (std::size_t i = 0; i < values.size(); ++i)
            (*this)(std::to_string(i), values[i]);
    }
    template <class T>
    requires std::is_arithmetic_v<T>
    void walk(T& /*number*/) {}

    Clean clean_;
    std::string path_;
};

} // namespace

void redactor::add(std::string_view name, std::string_view value) {
    if (value.size() < shortest_secret)
        return;
    if (std::find(names_.begin(), names_.end(), name) == names_.end())
        names_.emplace_back(name);
    const auto replacement = fmt::format("‹{}›", name);
    add_form(std::string{value}, replacement);
    add_form(json_escaped(value), replacement);
    add_form(to_base64(value), replacement);
    add_form(url_alphabet(to_base64(value)), replacement);
    for (std::size_t before = 0; before < 3; ++before) {
        add_form(base64_core(value, before), replacement);
        add_form(url_alphabet(base64_core(value, before)), replacement);
    }
    for (const auto letters : {letter_case::lower, letter_case::upper}) {
        add_form(percent_encoded(value, letters), replacement);
        add_form(hexadecimal(value, letters), replacement);
    }
    // The longest first: a form that holds another must not be replaced in part.
    std::stable_sort(forms_.begin(), forms_.end(), [](const form& left, const form& right) {
        return left.text.size() > right.text.size();
    });
}

void redactor::add_form(std::string text, const std::string& replacement) {
    const auto known = [&](const form& present) { return present.text == text; };
    if (text.size() >= shortest_secret && std::none_of(forms_.begin(), forms_.end(), known))
        forms_.push_back({std::move(text), replacement});
}

redactor::cleaned redactor::replace(std::string_view text) const {
    std::vector<std::size_t> next(forms_.size());
    for (std::size_t i = 0; i < forms_.size(); ++i)
        next[i] = text.find(forms_[i].text);
    cleaned result;
    std::size_t done = 0;
    while (true) {
        const auto first = std::min_element(next.begin(), next.end());
        if (first == next.end() || *first == std::string_view::npos)
            break;
        const auto& found = forms_[static_cast<std::size_t>(first - next.begin())];
        result.text.append(text, done, *first - done).append(found.replacement);
        result.lengths.push_back(found.text.size());
        done = *first + found.text.size();
        for (std::size_t i = 0; i < forms_.size(); ++i) {
            if (next[i] < done)
                next[i] = text.find(forms_[i].text, done);
        }
    }
    result.text.append(text, done, std::string_view::npos);
    return result;
}

std::string redactor::clean(std::string_view text) const {
    return replace(text).text;
}

void redactor::clean(record& subject) const {
    if (forms_.empty() || std::holds_alternative<header>(subject.what))
        return;
    text_visitor visitor{[&](const std::string& place, std::string& text) {
        auto result = replace(text);
        for (const auto length : result.lengths)
            subject.redacted.push_back({place, length});
        text = std::move(result.text);
    }};
    std::visit([&](auto& what) { visit_fields(visitor, what); }, subject.what);
}

const std::vector<std::string>& redactor::names() const noexcept {
    return names_;
}

} // namespace rhombus::transcript
