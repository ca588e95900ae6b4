#pragma once

#include <rhombus/transcript/record.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace rhombus::transcript {

/// Replaces secrets by their names in everything that is recorded or shown.
/// A secret is found raw, and in its base64, URL and hexadecimal forms.
class redactor {
public:
    /// Has no effect for values shorter than 4 octets: they would match by chance.
    void add(std::string_view name, std::string_view value);

    /// @returns the text with each form of each secret replaced by `‹NAME›`.
    [[nodiscard]] std::string clean(std::string_view text) const;

    /// Replaces secrets in every string of a record; where the payload or a body changed, adds the
    /// places and lengths to `redacted`.
    void clean(record& subject) const;

    /// @returns the names added, in order.
    [[nodiscard]] const std::vector<std::string>& names() const noexcept;

private:
    struct form {
        std::string text;
        std::string replacement;
    };
    std::vector<form> forms_;
    std::vector<std::string> names_;
};

} // namespace rhombus::transcript
