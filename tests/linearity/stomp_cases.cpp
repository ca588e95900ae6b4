#include "linear_case.hpp"

#include <rhombus/stomp/frame_reader.hpp>

namespace rhombus::linearity {
namespace {

using namespace std::string_literals;
using stomp::token;

// Limits far above the largest text: what is measured is what a user may allow.
constexpr stomp::parser_limits wide{.command_octets = std::size_t{1} << 24U,
                                    .header_count = std::size_t{1} << 24U,
                                    .header_octets = std::size_t{1} << 24U,
                                    .frame_octets = std::size_t{1} << 24U};
// So tight that most of a text is skipped.
constexpr stomp::parser_limits narrow{
    .command_octets = 16, .header_count = 4, .header_octets = 256, .frame_octets = 512};

void read(std::string_view octets, std::size_t piece, const stomp::reader_options& options) {
    stomp::frame_reader reader{options};
    in_pieces(octets, piece, [&](std::string_view one) {
        reader.feed(one);
        for (auto found = reader.next(); found != token::need_more && found != token::violation;)
            found = reader.next();
    });
}

std::string small_frames(std::size_t size) {
    return repeated("MESSAGE\nsubscription:sub-0\nmessage-id:1\ncontent-length:2\n\n{}\0\n"s, size);
}
std::string long_header(std::size_t size) {
    return "MESSAGE\na:" + std::string(size, 'x') + "\n\n{}\0"s;
}
std::string escaped_header(std::size_t size) {
    return "MESSAGE\na:" + repeated("\\n\xC3\xA9", size) + "\n\n{}\0"s;
}
std::string many_headers(std::size_t size) {
    return "MESSAGE\n" + repeated("name:value\n", size) + "\n{}\0"s;
}
std::string open_body(std::size_t size) {
    return "MESSAGE\n\n" + std::string(size, 'x') + '\0';
}
std::string open_body_where_none_belongs(std::size_t size) {
    return "RECEIPT\n\n" + std::string(size, 'x') + '\0';
}
std::string counted_body(std::size_t size) {
    return "MESSAGE\ncontent-length:" + std::to_string(size) + "\n\n" + std::string(size, 'x') +
           '\0';
}
std::string eols(std::size_t size) {
    return std::string(size, '\n');
}
std::string nul_octets(std::size_t size) {
    return std::string(size, '\0');
}
std::string broken_headers(std::size_t size) {
    return "MESSAGE\n" + repeated("x\r\\t\n", size) + "\n\0"s;
}
std::string endless_command(std::size_t size) {
    return std::string(size, 'X');
}

struct shape {
    const char* name;
    std::string (*text_of)(std::size_t);
};

} // namespace

std::vector<linear_case> stomp_cases() {
    constexpr std::size_t least = 1024;
    // Searching anew for each piece is so fast that it shows only in longer texts.
    constexpr std::size_t least_in_pieces = 16 * least;
    std::vector<linear_case> cases;
    for (const auto& [name, text_of] :
         {shape{"SmallFrames", small_frames}, shape{"LongHeader", long_header},
          shape{"EscapedHeader", escaped_header}, shape{"ManyHeaders", many_headers},
          shape{"OpenBody", open_body}, shape{"UnwantedBody", open_body_where_none_belongs},
          shape{"CountedBody", counted_body}, shape{"Eols", eols}, shape{"NulOctets", nul_octets},
          shape{"BrokenHeaders", broken_headers}, shape{"EndlessCommand", endless_command}}) {
        for (const std::size_t piece : {1, 100, 1 << 24}) {
            const auto suffix = name + "In"s + std::to_string(piece);
            const auto size = piece == 100 ? least_in_pieces : least;
            cases.push_back({"Strict" + suffix, size, text_of, [piece](std::string_view octets) {
                                 read(octets, piece, {.limits = wide});
                             }});
            cases.push_back(
                {"Explaining" + suffix, size, text_of, [piece](std::string_view octets) {
                     read(octets, piece, {.attitude = stomp::explaining, .limits = wide});
                 }});
        }
        cases.push_back({"Skipped"s + name, least, text_of, [](std::string_view octets) {
                             read(octets, 1, {.attitude = stomp::explaining, .limits = narrow});
                         }});
    }
    return cases;
}

} // namespace rhombus::linearity
