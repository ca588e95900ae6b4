#include "certificates.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdio>
#include <stdexcept>

namespace rhombus::test {
namespace {

void add_extension(X509& subject, int id, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, &subject, &subject, nullptr, nullptr, 0);
    auto* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
    if (extension == nullptr)
        throw std::runtime_error{"bad extension " + value};
    X509_add_ext(&subject, extension, -1);
    X509_EXTENSION_free(extension);
}

} // namespace

identity issue(const wish& text, const identity* issuer) {
    static std::atomic<long> serial{1};
    identity made;
    made.key.reset(EVP_EC_gen("P-256"));
    made.certificate.reset(X509_new());
    auto& subject = *made.certificate;
    X509_set_version(&subject, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(&subject), serial++);
    X509_gmtime_adj(X509_getm_notBefore(&subject), 86400L * text.begins_in_days);
    X509_gmtime_adj(X509_getm_notAfter(&subject), 86400L * text.ends_in_days);
    X509_set_pubkey(&subject, made.key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(&subject), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(text.subject.c_str()), -1, -1,
                               0);
    X509_set_issuer_name(
        &subject, X509_get_subject_name(issuer != nullptr ? issuer->certificate.get() : &subject));
    add_extension(subject, NID_basic_constraints, text.authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (!text.names.empty())
        add_extension(subject, NID_subject_alt_name, text.names);
    if (!text.issuer_url.empty())
        add_extension(subject, NID_info_access, "caIssuers;URI:" + text.issuer_url);
    X509_sign(&subject, issuer != nullptr ? issuer->key.get() : made.key.get(), EVP_sha256());
    return made;
}

std::string write_pem(const X509& certificate, const std::filesystem::path& folder) {
    static std::atomic<int> number{0};
    const auto path = folder / ("certificate-" + std::to_string(number++) + ".pem");
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "w"),
                                                               std::fclose};
    if (!file || PEM_write_X509(file.get(), &certificate) != 1)
        throw std::runtime_error{"cannot write " + path.string()};
    return path;
}

tls_settings serve_with(const identity& server) {
    tls_settings settings{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
    SSL_CTX_use_certificate(settings.get(), server.certificate.get());
    SSL_CTX_use_PrivateKey(settings.get(), server.key.get());
    return settings;
}

} // namespace rhombus::test
