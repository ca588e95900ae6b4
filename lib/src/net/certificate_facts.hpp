#pragma once

#include <rhombus/transcript/record.hpp>

#include <openssl/ssl.h>

#include <string>
#include <vector>

namespace rhombus::net {

/// One complaint of OpenSSL's verification.
struct verify_error {
    int code = 0;
    int depth = 0;

    bool operator==(const verify_error&) const = default;
};

/// @returns the facts of one certificate; every text is bounded.
[[nodiscard]] transcript::certificate certificate_facts(X509& subject);

/// @returns the certificates as the server sent them, at most 16.
[[nodiscard]] std::vector<transcript::certificate> chain_facts(const SSL& session);

/// @returns whether the certificate's subjectAltName covers the host; the subject's common name
/// does not count. Spec: RFC 9525 section 6.
[[nodiscard]] bool covers(X509& leaf, const std::string& host);

/// @returns the codes of what is wrong with the server's chain, each once, and `TLS-NAME` when it
/// is another host's.
[[nodiscard]] std::vector<std::string> defects_of(const SSL& session, const std::string& host,
                                                  const std::vector<verify_error>& complaints);

/// @returns OpenSSL's words for the complaints, e.g. `certificate has expired (depth 0)`.
[[nodiscard]] std::string text_of(const std::vector<verify_error>& complaints);

} // namespace rhombus::net
