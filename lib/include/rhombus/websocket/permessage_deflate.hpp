#pragma once

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rhombus::websocket {

/// What both sides agreed on. Spec: RFC 7692 section 7.1.
struct deflate_parameters {
    bool server_no_context_takeover = false;  ///< The server begins each message afresh.
    bool client_no_context_takeover = false;  ///< The client begins each message afresh.
    std::uint8_t server_max_window_bits = 15; ///< 8 to 15: the base-2 logarithm of octets.
    std::uint8_t client_max_window_bits = 15; ///< 8 to 15: the base-2 logarithm of octets.

    bool operator==(const deflate_parameters&) const = default;
};

/// One value per broken rule of a `Sec-WebSocket-Extensions` header.
enum class extensions_errc : std::uint8_t {
    malformed = 1,         ///< Spec: RFC 6455 section 9.1: the grammar.
    not_offered,           ///< Spec: RFC 6455 section 9.1: the answer names what was not offered.
    chosen_twice,          ///< Spec: RFC 7692 section 5: permessage-deflate twice in an answer.
    unknown_parameter,     ///< Spec: RFC 7692 section 7.1.
    repeated_parameter,    ///< Spec: RFC 7692 section 7.1.
    bad_value,             ///< Spec: RFC 7692 section 7.1: missing, superfluous or out of range.
    parameter_not_offered, ///< Spec: RFC 7692 section 7.1.2.2: client_max_window_bits.
    window_above_offer,    ///< Spec: RFC 7692 section 7.1.2.1: larger than asked for, or left out.
    takeover_not_excluded, ///< Spec: RFC 7692 section 7.1.1.1: asked for and left out.
};

/// What is wrong with an answer's extensions, and where.
struct extensions_error {
    extensions_errc code{}; ///< The rule.
    std::size_t offset = 0; ///< In the answer's value; of the extension or parameter that is wrong.

    bool operator==(const extensions_error&) const = default;
};

/// @returns a stable short name, e.g. `window-above-offer`.
[[nodiscard]] std::string_view name_of(extensions_errc code) noexcept;
/// @returns one plain sentence that says what the rule is.
[[nodiscard]] std::string_view describe(extensions_errc code) noexcept;

/// Reads a handshake that is over, as its client or as an onlooker.
/// @param offered,answered the values of `Sec-WebSocket-Extensions` in the request and in the 101;
/// several headers joined by commas; empty when there was none.
/// @returns the parameters agreed on; nullopt when the answer names no extension.
/// Spec: RFC 6455 section 9.1, RFC 7692 sections 5 and 7.1.
[[nodiscard]] boost::system::result<std::optional<deflate_parameters>, extensions_error>
agreed_deflate(std::string_view offered, std::string_view answered);

/// Answers an offer as a server does: the first permessage-deflate that `wanted` can meet. What the
/// client asks for is granted; what `wanted` adds is added where the client allows it.
/// @returns nullopt when none is acceptable; malformed offers are declined (RFC 7692 section 7).
[[nodiscard]] std::optional<deflate_parameters> choose_deflate(std::string_view offered,
                                                               const deflate_parameters& wanted);

/// @returns the header value that says this in an answer, e.g. `permessage-deflate;
/// server_no_context_takeover`. Defaults are left out.
[[nodiscard]] std::string to_text(const deflate_parameters& agreed);

} // namespace rhombus::websocket
