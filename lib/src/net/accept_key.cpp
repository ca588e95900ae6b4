#include "accept_key.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <span>
#include <stdexcept>

namespace rhombus::net {
namespace {

std::string base64(std::span<const unsigned char> octets) {
    std::string text((octets.size() + 2) / 3 * 4 + 1, '\0');
    const auto size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), octets.data(),
                                      static_cast<int>(octets.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

} // namespace

std::string new_handshake_key() {
    std::array<unsigned char, 16> nonce{};
    if (RAND_bytes(nonce.data(), static_cast<int>(nonce.size())) != 1)
        throw std::runtime_error{"OpenSSL has no random octets"};
    return base64(nonce);
}

std::string accept_key(std::string_view handshake_key) {
    const auto joined = std::string{handshake_key} + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(joined.data(), joined.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1)
        throw std::runtime_error{"OpenSSL cannot compute SHA-1"};
    return base64(std::span{digest}.first(size));
}

} // namespace rhombus::net
