#pragma once

#include <rhombus/transcript/record.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rhombus::transcript {

class secret_search;

/// A place where a secret stands in octets that should be clean. Never the secret itself.
struct exposure {
    std::uint64_t offset = 0;   ///< Octets from the start of what was scanned.
    std::size_t octets = 0;     ///< Length of the form.
    std::string name = {};      ///< Of the secret.
    std::string_view form = {}; ///< `raw`, `json`, `base64`, `percent`, `hex`.

    bool operator==(const exposure&) const = default;
};

/// Replaces secrets by their names in everything that is recorded or shown.
/// A secret is found raw, and in its base64 and base64url forms at all three alignments, as it
/// stands percent-encoded in URLs, escaped in JSON, and in hexadecimal of either case.
class redactor {
public:
    /// Has no effect for values shorter than 4 octets: they would match by chance.
    void add(std::string_view name, std::string_view value);

    /// @returns the text with each form of each secret replaced by `‹NAME›`; the leftmost first,
    /// and of those that begin together the longest.
    [[nodiscard]] std::string clean(std::string_view text) const;

    /// Replaces secrets in every string of a record and adds their places and lengths to
    /// `redacted`. Allocates nothing where nothing is found.
    void clean(record& subject) const;

    /// The same for a record that carries on a stream of octets: a `ws.frame` with data. A secret
    /// cut by the frame's bounds is replaced in each frame. A payload's end that may be the
    /// beginning of a secret is replaced too as soon as it has 4 octets, whatever follows: the
    /// record is written before the next one comes. So at most 3 octets of a secret are shown.
    /// @param begun the end of the stream so far that may begin a secret; empty at first. Renewed.
    void clean(record& subject, std::string& begun) const;

    /// @returns the first form of a secret at or behind `from`; nullopt when there is none.
    [[nodiscard]] std::optional<exposure> find(std::string_view octets, std::size_t from = 0) const;

    /// @returns octets of the longest form; 0 without secrets. Who scans in blocks lets them
    /// overlap by one octet less.
    [[nodiscard]] std::size_t longest() const noexcept;

    /// @returns the names added, in order.
    [[nodiscard]] const std::vector<std::string>& names() const noexcept;

private:
    bool replace(std::string& text, std::vector<std::size_t>& lengths) const;
    void carry_on(std::string& payload, std::string& begun,
                  std::vector<std::size_t>& lengths) const;
    [[nodiscard]] std::string replacement(std::size_t name) const;
    template <class Replace>
    void clean_texts(record& subject, const Replace& replace) const;

    std::vector<std::string> names_;
    std::shared_ptr<const secret_search> search_; ///< Shared by copies, never changed.
};

/// Proof scan of octets that come in blocks cut anywhere: finds every form of every secret.
class exposure_scanner {
public:
    /// Told of each place, in order.
    using receiver = std::function<void(const exposure&)>;

    /// @param secrets must live as long as the scanner.
    exposure_scanner(const redactor& secrets, receiver receive);

    /// Takes the next octets and reports what is found, in order; `offset` counts from the first.
    void feed(std::string_view octets);

private:
    const redactor& secrets_;
    receiver receive_;
    std::string kept_;          ///< The end of what came, in which a form may have begun.
    std::uint64_t dropped_ = 0; ///< Octets before kept_.
};

} // namespace rhombus::transcript
