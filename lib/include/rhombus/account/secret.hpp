#pragma once

#include <string>
#include <utility>

namespace rhombus::account {

/// A value that must never be shown. It has no stream operator and no implicit conversion;
/// whoever needs the octets says so by name.
class secret {
public:
    secret() = default;
    /// Takes the octets as they are, surrounding white space included.
    explicit secret(std::string octets) : octets_{std::move(octets)} {}

    /// @returns the octets, for the one place that sends them.
    [[nodiscard]] const std::string& reveal() const noexcept { return octets_; }
    /// @returns whether there is no octet.
    [[nodiscard]] bool empty() const noexcept { return octets_.empty(); }
    bool operator==(const secret&) const = default;

    /// @returns the last four characters behind an ellipsis, where eight or more stay hidden; else
    /// only the ellipsis (diagnosis.md, Credential traps).
    [[nodiscard]] std::string hint() const {
        constexpr std::size_t shown = 4;
        constexpr std::size_t hidden = 8;
        const bool long_enough = octets_.size() >= shown + hidden;
        return "…" + (long_enough ? octets_.substr(octets_.size() - shown) : std::string{});
    }

private:
    std::string octets_;
};

} // namespace rhombus::account
