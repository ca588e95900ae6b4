#include <rhombus/websocket/close.hpp>

namespace rhombus::websocket {
namespace {

constexpr std::size_t code_octets = 2;

} // namespace

std::optional<std::uint16_t> close_code(std::string_view payload) noexcept {
    if (payload.size() < code_octets)
        return std::nullopt;
    const auto high = static_cast<unsigned char>(payload[0]);
    const auto low = static_cast<unsigned char>(payload[1]);
    return static_cast<std::uint16_t>(high << 8U | low);
}

std::string_view close_reason(std::string_view payload) noexcept {
    return payload.size() < code_octets ? std::string_view{} : payload.substr(code_octets);
}

} // namespace rhombus::websocket
