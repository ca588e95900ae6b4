#include "masking.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace rhombus::websocket {

void apply_mask(char* to, std::string_view octets, const masking_key& key,
                std::size_t index) noexcept {
    std::array<unsigned char, sizeof(std::uint64_t)> turned{};
    for (std::size_t i = 0; i < turned.size(); ++i)
        turned[i] = key[(index + i) % key.size()];
    std::uint64_t mask = 0;
    std::memcpy(&mask, turned.data(), sizeof mask);

    const auto* from = octets.data();
    auto left = octets.size();
    for (; left >= sizeof mask; left -= sizeof mask, from += sizeof mask, to += sizeof mask) {
        std::uint64_t word = 0;
        std::memcpy(&word, from, sizeof word);
        word ^= mask;
        std::memcpy(to, &word, sizeof word);
    }
    for (std::size_t i = 0; i < left; ++i)
        to[i] = static_cast<char>(static_cast<unsigned char>(from[i]) ^ turned[i]);
}

} // namespace rhombus::websocket
