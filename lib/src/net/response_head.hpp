#pragma once

#include <rhombus/transcript/record.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rhombus::net {

/// Status and header fields of an HTTP/1 response, in order.
struct response_head {
    std::uint16_t status = 0;
    transcript::header_list headers;

    bool operator==(const response_head&) const = default;

    /// @returns the values of all fields of that name (case is ignored), in order.
    [[nodiscard]] std::vector<std::string_view> find_all(std::string_view name) const;
    /// @returns whether one of these fields' comma separated words is `word` (case is ignored).
    [[nodiscard]] bool has_word(std::string_view name, std::string_view word) const;
};

/// @returns whether the words are equal but for the case of ASCII letters.
[[nodiscard]] bool same_word(std::string_view left, std::string_view right) noexcept;

/// Reads response heads out of octets that come in pieces of any size. Bare LF ends a line too:
/// some intermediaries write it, and what they say is evidence.
class head_reader {
public:
    static constexpr std::size_t limit = std::size_t{64} << 10U;

    enum class trouble : std::uint8_t { not_http, too_long };
    struct incomplete {};
    using answer = std::variant<incomplete, response_head, trouble>;

    /// Takes the next octets. @returns the head, once its last line has come.
    [[nodiscard]] answer feed(std::string_view octets);
    /// @returns what came behind the head; before it is complete, all that came.
    [[nodiscard]] const std::string& rest() const noexcept { return buffer_; }
    /// Takes what came behind the head.
    [[nodiscard]] std::string take_rest();

private:
    std::string buffer_;
    std::size_t searched_ = 0;
};

} // namespace rhombus::net
