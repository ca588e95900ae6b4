#pragma once

#include <rhombus/net/connection.hpp>
#include <rhombus/net/endpoint.hpp>
#include <rhombus/transcript/recorder.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rhombus::rest {

/// One REST request's bounds (requirements ).
struct limits {
    std::chrono::milliseconds total{10'000};         ///< From resolving to the body's end.
    std::size_t body_octets = std::size_t{4} << 20U; ///< Of the answer; more ends the call.
};

/// One request, and what it may do.
struct call {
    net::endpoint where{};                                      ///< Host of the REST API.
    std::string purpose = "rest";                               ///< `rest` or `probe`.
    std::string method = "POST";                                ///< Of HTTP.
    std::string target{};                                       ///< e.g. `/api/org/getOrgV2`.
    std::vector<std::pair<std::string, std::string>> headers{}; ///< May hold credentials.
    /// Headers that are left out of a request over clear text, as `clear_text` says.
    std::vector<std::pair<std::string, std::string>> credentials{}; ///< See above.
    /// Where `credentials` may go without TLS.
    net::clear_text_credentials clear_text = net::clear_text_credentials::loopback_only;
    std::string body{};                             ///< Sent as it is.
    std::string ca_file{};                          ///< PEM; empty: the system's store.
    std::vector<net::address_override> overrides{}; ///< In place of name resolution.
    limits bounds{};                                ///< Beyond them the call ends with an error.
    /// Asked about every second, where given: true ends the call early with the error `abandoned`.
    std::function<bool()> abandoned{};
};

/// How a call ended. An answer of any status is an answer.
struct outcome {
    std::optional<std::uint16_t> status; ///< nullopt: no answer.
    std::string body{};                  ///< As received, at most limits::body_octets.
    /// `timeout`, `abandoned`, `too-large`, `truncated`, `connect`, `tls`, `resolve` or curl's
    /// text; empty when the whole answer came.
    std::string error;
    std::uint32_t conn = 0; ///< Number in the transcript.
};

/// Carries out one call: never follows a redirect, verifies the certificate, records request and
/// response. Blocks at most `bounds.total`.
[[nodiscard]] outcome perform(const call& what, transcript::recorder& log);

} // namespace rhombus::rest
