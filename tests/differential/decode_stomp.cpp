#include "decode.hpp"

#include <rhombus/stomp/frame_reader.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rhombus::differential {
namespace {

using stomp::token;

std::string to_json(const stomp::parse_error& error, std::string_view kind) {
    return fmt::format(R"(["{}","{}",{}])", kind, name_of(error.code), error.offset);
}

std::string to_json(const stomp::frame_reader& reader) {
    const auto frame = reader.frame().to_frame();
    std::vector<std::string> headers;
    for (const auto& header : frame.headers)
        headers.push_back(
            fmt::format("[{},{}]", quoted_hex(header.name), quoted_hex(header.value)));
    return fmt::format(R"(["frame",{},{},{},[{}],{}])", reader.offset(), reader.octets(),
                       quoted_hex(frame.command), fmt::join(headers, ","), quoted_hex(frame.body));
}

void add(std::vector<std::string>& into, token found, const stomp::frame_reader& reader) {
    for (const auto& note : reader.deviations())
        into.push_back(to_json(note.error(), "note"));
    if (found == token::eol)
        into.push_back(fmt::format(R"(["eol",{}])", reader.offset()));
    if (found == token::skipped)
        into.push_back(fmt::format(R"(["skipped",{},{}])", reader.offset(), reader.octets()));
    if (found == token::frame)
        into.push_back(to_json(reader));
    if (found == token::violation)
        into.push_back(to_json(reader.violation().error(), "violation"));
}

std::string read(const std::vector<std::string_view>& pieces,
                 const stomp::reader_options& options) {
    stomp::frame_reader reader{options};
    std::vector<std::string> tokens;
    auto found = token::need_more;
    for (const auto piece : pieces) {
        reader.feed(piece);
        for (found = reader.next(); found != token::need_more && found != token::violation;
             found = reader.next())
            add(tokens, found, reader);
        if (found == token::violation)
            break;
    }
    if (found != token::violation)
        found = reader.finish();
    if (found != token::need_more)
        add(tokens, found, reader);
    return fmt::format("[{}]", fmt::join(tokens, ","));
}

std::string read_all_ways(std::string_view octets, const stomp::reader_options& options) {
    return fmt::format("[{},{},{}]", read({octets}, options), read(pieces_of(octets, 7), options),
                       read(pieces_of(octets, 1), options));
}

} // namespace

std::string decode_stomp(const subject& input) {
    constexpr stomp::version versions[]{stomp::version::v1_2, stomp::version::v1_1,
                                        stomp::version::v1_0, stomp::version::v1_2};
    stomp::reader_options options{
        .side = (input.choice & 1U) == 0 ? stomp::direction::from_server
                                         : stomp::direction::from_client,
        .version = versions[(input.choice >> 1U) & 3U],
        .limits = {
            .command_octets = 16, .header_count = 8, .header_octets = 512, .frame_octets = 2048}};
    const auto strictly = read_all_ways(input.octets, options);
    options.attitude = stomp::explaining;
    return fmt::format(R"({{"strict":{},"explaining":{}}})", strictly,
                       read_all_ways(input.octets, options));
}

} // namespace rhombus::differential
