#include "linear_case.hpp"

#include <rhombus/websocket/message_reader.hpp>

namespace rhombus::linearity {
namespace {

using namespace std::string_literals;
using namespace websocket;

void read(std::string_view octets, std::size_t piece, const assembler_options& options) {
    message_reader reader{options};
    in_pieces(octets, piece, [&](std::string_view one) {
        reader.feed(one);
        auto found = reader.next();
        while (found == reader_token::message || found == reader_token::control)
            found = reader.next();
    });
}

std::string head(unsigned char first, std::size_t size, unsigned char mask) {
    const bool long_form = size > 0xFFFF;
    std::string octets{static_cast<char>(first),
                       static_cast<char>(mask | (long_form ? 127U : 126U))};
    for (unsigned octet = long_form ? 8 : 2; octet-- > 0;)
        octets += static_cast<char>(size >> 8 * octet);
    return octets;
}

std::string small_frames(std::size_t size) {
    return repeated("\x81\x05Hello\x89\x00"s, size);
}
std::string one_octet_fragments(std::size_t size) {
    return "\x01\x01x"s + repeated("\x00\x01x"s, size) + "\x80\x00"s;
}
std::string empty_fragments(std::size_t size) {
    return "\x01\x00"s + repeated("\x00\x00"s, size) + "\x80\x00"s;
}
std::string cut_characters(std::size_t size) {
    return "\x01\x01\xC3"s + repeated("\x00\x02\xA9\xC3"s, size) + "\x80\x01\xA9"s;
}
std::string long_text(std::size_t size) {
    return head(0x81, size, 0) + std::string(size, 'x');
}
std::string long_masked_text(std::size_t size) {
    return head(0x82, size, 0x80) + "\x01\x02\x03\x04" + std::string(size, 'x');
}
std::string compressed_messages(std::size_t size) {
    return repeated("\xC1\x07\xF2\x48\xCD\xC9\xC9\x07\x00"s, size);
}

struct shape {
    const char* name;
    std::string (*text_of)(std::size_t);
    sender side = sender::server;
    std::optional<deflate_parameters> deflate{};
};

} // namespace

std::vector<linear_case> websocket_cases() {
    constexpr std::size_t least = 1100; // The larger texts need a length in 8 octets.
    std::vector<linear_case> cases;
    for (const auto& each :
         {shape{"SmallFrames", small_frames}, shape{"OneOctetFragments", one_octet_fragments},
          shape{"EmptyFragments", empty_fragments}, shape{"CutCharacters", cut_characters},
          shape{"LongText", long_text}, shape{"LongMaskedText", long_masked_text, sender::client},
          shape{"Compressed", compressed_messages, sender::server, deflate_parameters{}}}) {
        for (const std::size_t piece : {1, 1448, 1 << 24}) {
            const assembler_options options{.side = each.side, .deflate = each.deflate};
            cases.push_back(
                {"WebSocket"s + each.name + "In" + std::to_string(piece), least, each.text_of,
                 [piece, options](std::string_view octets) { read(octets, piece, options); }});
        }
    }
    return cases;
}

} // namespace rhombus::linearity
