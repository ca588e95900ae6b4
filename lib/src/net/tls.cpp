#include "tls.hpp"

#include "certificate_facts.hpp"
#include "excerpt.hpp"
#include "time_limit.hpp"

#include <rhombus/net/error.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/verify_context.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace rhombus::net {
namespace {

/// What OpenSSL's callbacks see during the handshake.
struct observations {
    std::vector<verify_error> complaints;
    std::string alert; ///< The server's, in OpenSSL's words.
};

int observations_slot() {
    static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return slot;
}

void note_alert(const SSL* session, int where, int value) {
    constexpr int received = SSL_CB_READ_ALERT;
    auto* seen = static_cast<observations*>(SSL_get_ex_data(session, observations_slot()));
    if ((where & received) == received && seen != nullptr)
        seen->alert = SSL_alert_desc_string_long(value);
}

bool literal(const std::string& host) {
    error_code malformed;
    asio::ip::make_address(host, malformed);
    return !malformed;
}

void prepare(SSL* session, const std::string& host, observations& seen) {
    constexpr std::array<unsigned char, 9> alpn{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    SSL_set_alpn_protos(session, alpn.data(), static_cast<unsigned int>(alpn.size()));
    if (!literal(host)) { // RFC 6066 section 3: names only, without the trailing dot.
        const auto name = host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
        SSL_set_tlsext_host_name(session, name.c_str());
    }
    SSL_set_ex_data(session, observations_slot(), &seen);
    SSL_set_info_callback(session, note_alert);
}

/// Keeps the callbacks from what they pointed to.
void release(SSL* session) {
    SSL_set_info_callback(session, nullptr);
    SSL_set_ex_data(session, observations_slot(), nullptr);
    SSL_set_verify(session, SSL_VERIFY_PEER, nullptr);
}

std::string alpn_of(const SSL* session) {
    const unsigned char* name = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(session, &name, &size);
    return size == 0 ? std::string{} : std::string{reinterpret_cast<const char*>(name), size};
}

transcript::tls_facts facts_of(const SSL* session, bool complete) {
    transcript::tls_facts facts;
    facts.chain = chain_facts(*session);
    if (!complete)
        return facts;
    facts.version = SSL_get_version(session);
    facts.cipher = SSL_get_cipher_name(session);
    facts.alpn = alpn_of(session);
    return facts;
}

bool looks_like_tls(std::string_view octets) {
    const auto type = static_cast<unsigned char>(octets.front());
    return type >= 20 && type <= 24 && (octets.size() < 2 || octets[1] == 3);
}

bool version_trouble(error_code failure) {
    constexpr std::array reasons{SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, SSL_R_UNSUPPORTED_PROTOCOL,
                                 SSL_R_WRONG_SSL_VERSION, SSL_R_VERSION_TOO_LOW,
                                 SSL_R_VERSION_TOO_HIGH};
    return failure.category() == asio::error::get_ssl_category() &&
           std::ranges::find(reasons,
                             ERR_GET_REASON(static_cast<unsigned long>(failure.value()))) !=
               reasons.end();
}

/// @returns the failure with its one defect. A certificate has not been looked at yet.
secured failed(SSL* session, const wire& server, error_code failure, bool expired,
               const observations& seen) {
    secured result{failure, facts_of(session, false)};
    result.facts.alert = seen.alert.empty() ? failure.message() : seen.alert;
    const auto octets = server.first_octets();
    if (!octets.empty() && !looks_like_tls(octets)) {
        result.reason = errc::not_tls;
        result.facts.alert = "the server sent " + excerpt(octets);
        result.facts.defects = {"TLS-PLAIN"};
    } else if (expired) {
        result.reason = errc::opening_timed_out;
        result.facts.alert = result.reason.message();
        result.facts.defects = {"TLS-TIMEOUT"};
    } else if (version_trouble(failure)) {
        result.facts.defects = {"TLS-VERSION"};
    } else {
        result.facts.defects = {"TLS-ABORT"};
        if (seen.alert.empty() && server.ended_by() == "fin")
            result.facts.alert = "the server closed the connection in the handshake";
    }
    return result;
}

} // namespace

error_code trust(asio::ssl::context& settings, const std::string& ca_file) {
    SSL_CTX_set_min_proto_version(settings.native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_options(settings.native_handle(), SSL_OP_NO_RENEGOTIATION);
    // As in libcurl: a trusted intermediate is as good as a root.
    X509_STORE_set_flags(SSL_CTX_get_cert_store(settings.native_handle()),
                         X509_V_FLAG_PARTIAL_CHAIN);
    error_code failure;
    if (ca_file.empty())
        settings.set_default_verify_paths(failure);
    else
        settings.load_verify_file(ca_file, failure);
    return failure;
}

asio::awaitable<secured> secure(octet_stream& octets, const std::string& host,
                                time_point deadline) {
    auto& tls = *octets.tls();
    observations seen;
    prepare(tls.native_handle(), host, seen);
    tls.set_verify_mode(asio::ssl::verify_peer);
    tls.set_verify_callback([&seen](bool trusted, asio::ssl::verify_context& state) {
        if (!trusted && seen.complaints.size() < 64)
            seen.complaints.push_back({X509_STORE_CTX_get_error(state.native_handle()),
                                       X509_STORE_CTX_get_error_depth(state.native_handle())});
        return true;
    });

    const time_limit limit{octets.get_executor(), deadline, [&octets] { octets.drop(); }};
    const auto [failure] = co_await tls.async_handshake(asio::ssl::stream_base::client, as_result);
    auto* session = tls.native_handle();
    release(session);
    if (failure)
        co_return failed(session, octets.raw(), failure, limit.expired(), seen);

    secured result{{}, facts_of(session, true)};
    result.facts.defects = defects_of(*session, host, seen.complaints);
    if (!result.facts.defects.empty()) {
        result.reason = errc::certificate_refused;
        result.facts.alert = text_of(seen.complaints);
    }
    co_return result;
}

} // namespace rhombus::net
