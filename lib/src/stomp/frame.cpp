#include <rhombus/stomp/escape.hpp>
#include <rhombus/stomp/frame.hpp>

#include <algorithm>
#include <array>

namespace rhombus::stomp {
namespace {

constexpr std::array<std::string_view, 11> client_commands{
    "CONNECT", "STOMP", "SEND",   "SUBSCRIBE", "UNSUBSCRIBE", "ACK",
    "NACK",    "BEGIN", "COMMIT", "ABORT",     "DISCONNECT"};
constexpr std::array<std::string_view, 4> server_commands{"CONNECTED", "MESSAGE", "RECEIPT",
                                                          "ERROR"};
constexpr std::array<std::string_view, 3> commands_with_body{"SEND", "MESSAGE", "ERROR"};

bool contains(auto& list, std::string_view word) noexcept {
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool escaped(std::string_view command) noexcept {
    return command != "CONNECT" && command != "CONNECTED";
}

std::optional<errc> header_fault(std::string_view command, const header& subject) noexcept {
    using namespace std::string_view_literals;
    if (subject.name.empty())
        return errc::empty_header_name;
    if ((subject.name + subject.value).find('\0') != std::string::npos)
        return errc::null_octet_in_headers;
    const bool breaks_lines =
        (subject.name + subject.value).find_first_of("\r\n"sv) != std::string::npos;
    if (!escaped(command) && (breaks_lines || subject.name.find(':') != std::string::npos))
        return errc::unencodable_header;
    return std::nullopt;
}

void append_header(std::string& out, std::string_view command, const header& subject) {
    if (escaped(command))
        out += escape(subject.name) + ':' + escape(subject.value);
    else
        out += subject.name + ':' + subject.value;
    out += '\n';
}

} // namespace

std::optional<std::string_view> frame::find(std::string_view name) const noexcept {
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [&](const header& h) { return h.name == name; });
    if (found == headers.end())
        return std::nullopt;
    return found->value;
}

bool client_command(std::string_view command) noexcept {
    return contains(client_commands, command);
}
bool server_command(std::string_view command) noexcept {
    return contains(server_commands, command);
}

boost::system::result<std::string, parse_error> serialize(const frame& subject) {
    if (!client_command(subject.command) && !server_command(subject.command))
        return parse_error{errc::unknown_command, 0};
    if (!subject.body.empty() && !contains(commands_with_body, subject.command))
        return parse_error{errc::body_not_allowed, 0};

    std::string out = subject.command + '\n';
    for (std::size_t i = 0; i < subject.headers.size(); ++i) {
        if (const auto fault = header_fault(subject.command, subject.headers[i]))
            return parse_error{*fault, i};
        append_header(out, subject.command, subject.headers[i]);
    }
    if (!subject.body.empty() && !subject.find("content-length"))
        append_header(out, subject.command,
                      {"content-length", std::to_string(subject.body.size())});
    out += '\n';
    out += subject.body;
    out += '\0';
    return out;
}

} // namespace rhombus::stomp
