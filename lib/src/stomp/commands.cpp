#include "commands.hpp"

#include <rhombus/stomp/frame.hpp>

#include <algorithm>
#include <array>

namespace rhombus::stomp {
namespace {

constexpr std::array<std::string_view, 11> client_commands{
    "CONNECT", "STOMP", "SEND",   "SUBSCRIBE", "UNSUBSCRIBE", "ACK",
    "NACK",    "BEGIN", "COMMIT", "ABORT",     "DISCONNECT"};
// The commonest first.
constexpr std::array<std::string_view, 4> server_commands{"MESSAGE", "CONNECTED", "RECEIPT",
                                                          "ERROR"};
constexpr std::array<std::string_view, 3> commands_with_body{"MESSAGE", "SEND", "ERROR"};

bool contains(auto& list, std::string_view word) noexcept {
    return std::find(list.begin(), list.end(), word) != list.end();
}

} // namespace

bool client_command(std::string_view command) noexcept {
    return contains(client_commands, command);
}
bool server_command(std::string_view command) noexcept {
    return contains(server_commands, command);
}

bool known_command(std::string_view command, direction side, version which) noexcept {
    if (side == direction::from_server)
        return server_command(command);
    if ((command == "STOMP" || command == "NACK") && !has_stomp_and_nack(which))
        return false;
    return client_command(command);
}

bool may_have_body(std::string_view command, version which) noexcept {
    return !bodies_are_limited(which) || contains(commands_with_body, command);
}

std::string_view escapes_of(std::string_view command, version which) noexcept {
    const bool raw = command == "CONNECT" || command == "CONNECTED";
    return raw ? std::string_view{} : escape_letters(which);
}

bool starts_with_command_line(std::string_view octets, direction side, version which) noexcept {
    auto line = octets.substr(0, octets.find('\n'));
    if (line.size() == octets.size())
        return false;
    if (line.ends_with('\r') && carriage_return_ends_lines(which))
        line.remove_suffix(1);
    return known_command(line, side, which);
}

} // namespace rhombus::stomp
