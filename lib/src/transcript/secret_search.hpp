#pragma once

#include "secret_forms.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace rhombus::transcript {

/// Looks for many forms at once. Wu and Manber, "A fast algorithm for multi-pattern searching"
/// (1994): the last 4 octets of a window as wide as the shortest form say how far it may move.
class secret_search {
public:
    /// @param forms none shorter than 4 octets.
    explicit secret_search(std::vector<secret_form> forms);
    secret_search(const secret_search&) = delete; // knows its forms by address
    secret_search& operator=(const secret_search&) = delete;

    struct match {
        std::size_t at = 0;
        const secret_form* what = nullptr;
    };
    /// @returns the leftmost form that begins at or behind `from`, the longest of those that begin
    /// there; nullopt when there is none.
    [[nodiscard]] std::optional<match> next(std::string_view text, std::size_t from) const noexcept;

    /// @returns the longest end of the text that begins a form without being all of it.
    [[nodiscard]] std::optional<match> begun_at_end(std::string_view text) const noexcept;

    /// @returns the forms, the longest first.
    [[nodiscard]] const std::vector<secret_form>& forms() const noexcept { return forms_; }

private:
    /// The first `octets` octets of a form.
    struct beginning {
        std::size_t octets;
        const secret_form* what;
    };
    [[nodiscard]] const secret_form* form_at(std::string_view text, std::size_t at,
                                             std::size_t hash) const noexcept;
    void prepare_skips();
    void prepare_beginnings();

    static constexpr std::size_t hashes = 8192;

    std::vector<secret_form> forms_;
    std::vector<std::size_t> last_hash_; ///< Of each form: the 4 octets that end the window.
    std::size_t window_ = 0;             ///< Octets of the shortest form.
    std::array<std::uint8_t, hashes> skip_{};
    std::array<std::vector<beginning>, 256> beginnings_; ///< By their last octet, longest first.
};

} // namespace rhombus::transcript
