#pragma once

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <filesystem>
#include <memory>
#include <string>

namespace rhombus::test {

using key_pair = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using x509 = std::unique_ptr<X509, decltype(&X509_free)>;
using tls_settings = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

/// What a certificate says; days count from now.
struct wish {
    std::string subject = "server";
    std::string names = "DNS:localhost,IP:127.0.0.1"; ///< Empty: no subjectAltName.
    int begins_in_days = -1;
    int ends_in_days = 30;
    bool authority = false;
    std::string issuer_url = {}; ///< authorityInfoAccess.
};

struct identity {
    key_pair key{nullptr, EVP_PKEY_free};
    x509 certificate{nullptr, X509_free};
};

/// @returns a new key and its certificate, signed by the issuer; nullptr: by itself.
[[nodiscard]] identity issue(const wish& text, const identity* issuer);

/// Writes the certificate as PEM into a file of its own. @returns its path.
[[nodiscard]] std::string write_pem(const X509& certificate, const std::filesystem::path& folder);

/// @returns server settings that send this certificate and no other.
[[nodiscard]] tls_settings serve_with(const identity& server);

} // namespace rhombus::test
