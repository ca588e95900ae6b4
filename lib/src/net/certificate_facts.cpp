#include "certificate_facts.hpp"

#include <boost/asio/ip/address.hpp>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>
#include <span>
#include <string_view>

namespace rhombus::net {
namespace {

constexpr int most_certificates = 16;
constexpr int most_names = 64;
constexpr std::size_t longest_text = 512;

std::string bounded(std::string_view text) {
    return std::string{text.substr(0, longest_text)};
}

std::string name_text(const X509_NAME* name) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), BIO_free};
    X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &text);
    return size <= 0 ? std::string{} : bounded({text, static_cast<std::size_t>(size)});
}

std::string date_text(const ASN1_TIME* moment) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(moment, &parts) != 1)
        return {};
    std::array<char, 32> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), size};
}

std::string ip_text(std::span<const unsigned char> octets) {
    namespace ip = boost::asio::ip;
    if (octets.size() == 4) {
        ip::address_v4::bytes_type v4{};
        std::ranges::copy(octets, v4.begin());
        return ip::address_v4{v4}.to_string();
    }
    if (octets.size() == 16) {
        ip::address_v6::bytes_type v6{};
        std::ranges::copy(octets, v6.begin());
        return ip::address_v6{v6}.to_string();
    }
    return {};
}

std::span<const unsigned char> octets_of(const ASN1_STRING* text) {
    return {ASN1_STRING_get0_data(text), static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::vector<std::string> alternative_names(X509& subject) {
    std::vector<std::string> names;
    auto* list = static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(&subject, NID_subject_alt_name, nullptr, nullptr));
    for (int i = 0; i < std::min(sk_GENERAL_NAME_num(list), most_names); ++i) {
        const auto* name = sk_GENERAL_NAME_value(list, i);
        if (name->type == GEN_DNS) {
            const auto octets = octets_of(name->d.dNSName);
            names.push_back(bounded({reinterpret_cast<const char*>(octets.data()), octets.size()}));
        } else if (name->type == GEN_IPADD) {
            names.push_back(ip_text(octets_of(name->d.iPAddress)));
        }
    }
    GENERAL_NAMES_free(list);
    return names;
}

std::string fingerprint(const X509& subject) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    X509_digest(&subject, EVP_sha256(), digest.data(), &size);
    std::string text;
    for (const auto each : std::span{digest}.first(size))
        text.append(1, digits[each >> 4U]).append(1, digits[each & 0x0FU]);
    return text;
}

bool names_other_issuer(X509& leaf) {
    auto* access = static_cast<AUTHORITY_INFO_ACCESS*>(
        X509_get_ext_d2i(&leaf, NID_info_access, nullptr, nullptr));
    bool found = false;
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access); ++i)
        found = found ||
                OBJ_obj2nid(sk_ACCESS_DESCRIPTION_value(access, i)->method) == NID_ad_ca_issuers;
    AUTHORITY_INFO_ACCESS_free(access);
    return found;
}

bool issued_by_one_of(X509& subject, const STACK_OF(X509) * sent) {
    for (int i = 0; i < sk_X509_num(sent); ++i)
        if (X509_check_issued(sk_X509_value(sent, i), &subject) == X509_V_OK)
            return true;
    return false;
}

/// No issuer was found. That an intermediate was forgotten is said only where the server's own
/// octets show it: the leaf says where its issuer is published, or what was sent is no chain.
std::string_view missing_issuer(const SSL& session) {
    const auto* sent = SSL_get_peer_cert_chain(&session);
    if (sk_X509_num(sent) == 0)
        return "TLS-STORE";
    auto& leaf = *sk_X509_value(sent, 0);
    if (sk_X509_num(sent) == 1)
        return names_other_issuer(leaf) ? "TLS-CHAIN" : "TLS-STORE";
    return issued_by_one_of(leaf, sent) ? "TLS-STORE" : "TLS-CHAIN";
}

std::string_view code_of(const SSL& session, int complaint) {
    switch (complaint) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD:
    case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD:
        return "TLS-EXPIRED";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return "TLS-SELF";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "TLS-NAME";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return missing_issuer(session);
    default:
        return "TLS-STORE";
    }
}

} // namespace

transcript::certificate certificate_facts(X509& subject) {
    return {.subject = name_text(X509_get_subject_name(&subject)),
            .issuer = name_text(X509_get_issuer_name(&subject)),
            .names = alternative_names(subject),
            .not_before = date_text(X509_get0_notBefore(&subject)),
            .not_after = date_text(X509_get0_notAfter(&subject)),
            .sha256 = fingerprint(subject)};
}

std::vector<transcript::certificate> chain_facts(const SSL& session) {
    std::vector<transcript::certificate> chain;
    const auto* sent = SSL_get_peer_cert_chain(&session);
    for (int i = 0; i < std::min(sk_X509_num(sent), most_certificates); ++i)
        chain.push_back(certificate_facts(*sk_X509_value(sent, i)));
    return chain;
}

bool covers(X509& leaf, const std::string& host) {
    boost::system::error_code not_literal;
    boost::asio::ip::make_address(host, not_literal);
    if (!not_literal)
        return X509_check_ip_asc(&leaf, host.c_str(), 0) == 1;
    const auto name = host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
    constexpr auto flags =
        X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
    return X509_check_host(&leaf, name.data(), name.size(), flags, nullptr) == 1;
}

std::vector<std::string> defects_of(const SSL& session, const std::string& host,
                                    const std::vector<verify_error>& complaints) {
    std::vector<std::string> defects;
    const auto add = [&](std::string_view code) {
        if (std::ranges::find(defects, code) == defects.end())
            defects.emplace_back(code);
    };
    for (const auto& each : complaints)
        add(code_of(session, each.code));
    // A chain without trust adds "unable to verify the first certificate" to what was said.
    if (std::ranges::find(defects, "TLS-SELF") != defects.end())
        std::erase(defects, "TLS-STORE");
    auto* leaf = SSL_get0_peer_certificate(&session);
    if (leaf == nullptr)
        add("TLS-STORE");
    else if (!covers(*leaf, host))
        add("TLS-NAME");
    return defects;
}

std::string text_of(const std::vector<verify_error>& complaints) {
    std::string text;
    for (const auto& each : complaints) {
        text += text.empty() ? "" : "; ";
        text += X509_verify_cert_error_string(each.code);
        text += " (depth " + std::to_string(each.depth) + ")";
    }
    return text;
}

} // namespace rhombus::net
