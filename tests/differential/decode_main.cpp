// decode stomp|websocket: reads inputs from standard input (4 octets of length, big-endian, the
// octet of choices counted; that octet; the stream) and writes what was decoded, a line of JSON an
// input.
#include "decode.hpp"

#include <fmt/format.h>

#include <array>
#include <iostream>
#include <iterator>
#include <optional>

namespace rhombus::differential {

std::vector<std::string_view> pieces_of(std::string_view octets, std::size_t size) {
    std::vector<std::string_view> pieces;
    for (std::size_t i = 0; i < octets.size(); i += size)
        pieces.push_back(octets.substr(i, size));
    return pieces;
}

std::string quoted_hex(std::string_view octets) {
    std::string text{"\""};
    for (const auto octet : octets)
        text += fmt::format("{:02x}", static_cast<unsigned char>(octet));
    return text + '"';
}

namespace {

/// @returns the next input with its choices; nullopt behind the last.
std::optional<std::string> next_input(std::istream& in) {
    std::array<char, 4> length{};
    if (!in.read(length.data(), length.size()))
        return std::nullopt;
    std::size_t size = 0;
    for (const auto octet : length)
        size = size << 8U | static_cast<unsigned char>(octet);
    std::string input(size, '\0');
    in.read(input.data(), static_cast<std::streamsize>(size));
    return input;
}

int run(std::string_view what) {
    if (what != "stomp" && what != "websocket") {
        std::cerr << "usage: decode stomp|websocket\n";
        return 2;
    }
    const auto decode = what == "stomp" ? decode_stomp : decode_websocket;
    while (const auto input = next_input(std::cin)) {
        const std::string_view octets{*input};
        std::cout << decode({static_cast<std::uint8_t>(octets.at(0)), octets.substr(1)}) << '\n';
    }
    return 0;
}

} // namespace
} // namespace rhombus::differential

int main(int count, char** words) {
    return rhombus::differential::run(count == 2 ? words[1] : "");
}
