#pragma once

#include <rhombus/transcript/record.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rhombus::transcript {

/// Replaces secrets by their names in everything that is recorded or shown.
/// A secret is found raw, and in its base64 and base64url forms at all three alignments, as it
/// stands percent-encoded in URLs, escaped in JSON, and in hexadecimal of either case.
class redactor {
public:
    /// Has no effect for values shorter than 4 octets: they would match by chance.
    void add(std::string_view name, std::string_view value);

    /// @returns the text with each form of each secret replaced by `‹NAME›`.
    [[nodiscard]] std::string clean(std::string_view text) const;

    /// Replaces secrets in every string of a record and adds their places and lengths to
    /// `redacted`.
    void clean(record& subject) const;

    /// @returns the names added, in order.
    [[nodiscard]] const std::vector<std::string>& names() const noexcept;

private:
    struct form {
        std::string text;
        std::string replacement;
    };
    struct cleaned {
        std::string text;
        std::vector<std::size_t> lengths; ///< Of what was replaced, in order.
    };
    [[nodiscard]] cleaned replace(std::string_view text) const;
    void add_form(std::string text, const std::string& replacement);

    std::vector<form> forms_;
    std::vector<std::string> names_;
};

} // namespace rhombus::transcript
