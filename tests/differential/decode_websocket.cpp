#include "decode.hpp"

#include <rhombus/websocket/message_reader.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rhombus::differential {
namespace {

using namespace websocket;

std::string to_json(const violation& what) {
    return fmt::format(R"(["violation","{}",{}])", name_of(what.code), what.offset);
}

std::string to_json(const frame_view& frame) {
    const auto mask =
        frame.mask
            ? quoted_hex({reinterpret_cast<const char*>(frame.mask->data()), frame.mask->size()})
            : std::string{"null"};
    return fmt::format(R"(["frame",{},{},{},{},{},{}])", frame.offset, frame.fin ? 1 : 0, frame.rsv,
                       frame.opcode, mask, quoted_hex(frame.payload));
}

std::string to_json(const message_view& message) {
    return fmt::format(R"(["message","{}",{},{},{}])",
                       message.kind == message_kind::text ? "text" : "binary", message.offset,
                       message.frames, quoted_hex(message.payload));
}

std::string list(const std::vector<std::string>& tokens) {
    return fmt::format("[{}]", fmt::join(tokens, ","));
}

std::string read_frames(const std::vector<std::string_view>& pieces,
                        const decoder_options& options) {
    frame_decoder decoder{options};
    std::vector<std::string> tokens;
    for (const auto piece : pieces) {
        decoder.feed(piece);
        while (decoder.next() == frame_token::frame)
            tokens.push_back(to_json(decoder.frame()));
    }
    if (decoder.broken())
        tokens.push_back(to_json(decoder.violation()));
    else
        tokens.push_back(fmt::format(R"(["unfinished",{}])", decoder.unfinished()));
    return list(tokens);
}

std::string read_messages(const std::vector<std::string_view>& pieces,
                          const assembler_options& options) {
    message_reader reader{options};
    std::vector<std::string> tokens;
    for (const auto piece : pieces) {
        reader.feed(piece);
        for (auto found = reader.next(); found != reader_token::need_more; found = reader.next()) {
            if (found == reader_token::violation) {
                tokens.push_back(to_json(reader.violation()));
                return list(tokens);
            }
            tokens.push_back(found == reader_token::message
                                 ? to_json(reader.message())
                                 : fmt::format(R"(["control",{}])", reader.frame().opcode));
        }
    }
    return list(tokens);
}

/// Whole, in pieces of 7 octets, octet by octet.
std::string all_ways(std::string_view octets, const auto& read) {
    return fmt::format("[{},{},{}]", read({octets}), read(pieces_of(octets, 7)),
                       read(pieces_of(octets, 1)));
}

} // namespace

std::string decode_websocket(const subject& input) {
    constexpr std::uint64_t limit = 4096;
    const assembler_options options{
        .side = (input.choice & 1U) == 0 ? sender::server : sender::client,
        .message_limit = limit,
        .deflate = (input.choice & 2U) == 0
                       ? std::nullopt
                       : std::optional{deflate_parameters{
                             .server_no_context_takeover = (input.choice & 4U) != 0,
                             .client_no_context_takeover = (input.choice & 4U) != 0}}};
    const decoder_options frames{.side = options.side,
                                 .payload_limit = limit,
                                 .extension = options.deflate ? extension_in_use::permessage_deflate
                                                              : extension_in_use::none};
    using pieces = std::vector<std::string_view>;
    return fmt::format(
        R"({{"frames":{},"messages":{}}})",
        all_ways(input.octets, [&](const pieces& cut) { return read_frames(cut, frames); }),
        all_ways(input.octets, [&](const pieces& cut) { return read_messages(cut, options); }));
}

} // namespace rhombus::differential
