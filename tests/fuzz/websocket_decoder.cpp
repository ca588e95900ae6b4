// Octet 1: sender, compression and cuts; behind it the octets of one direction.
#include "allocation_guard.hpp"
#include "expect.hpp"
#include "input.hpp"

#include <rhombus/utf8.hpp>
#include <rhombus/websocket/frame_decoder.hpp>
#include <rhombus/websocket/message_reader.hpp>

#include <algorithm>

namespace rhombus::fuzz {
namespace {

using namespace websocket;

constexpr std::uint64_t limit = std::uint64_t{64} << 10U;

bool printable(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

/// The frame as it stood on the wire: lengths are minimal, so there is one form only.
std::string encoded(const decoded_frame& frame) {
    const auto size = frame.payload.size();
    std::string out;
    out += static_cast<char>((frame.fin ? 0x80 : 0) | (frame.rsv << 4U) | frame.opcode);
    const int masked = frame.mask ? 0x80 : 0;
    const std::size_t length_octets = size < 126 ? 0 : size < 65536 ? 2 : 8;
    const auto code = length_octets == 0 ? size : length_octets == 2 ? 126 : 127;
    out += static_cast<char>(static_cast<std::size_t>(masked) | code);
    for (auto i = length_octets; i > 0; --i)
        out += static_cast<char>(size >> (8 * (i - 1)));
    if (!frame.mask)
        return out + frame.payload;
    for (const auto octet : *frame.mask)
        out += static_cast<char>(octet);
    for (std::size_t i = 0; i < size; ++i)
        out +=
            static_cast<char>(static_cast<unsigned char>(frame.payload[i]) ^ (*frame.mask)[i % 4]);
    return out;
}

void expect_sane(const violation& what, std::size_t fed) {
    expect(what.offset <= fed && what.frame <= what.offset, "a violation stands in what came");
    expect(what.excerpt.size() <= violation::excerpt_octets, "an excerpt is bounded");
    expect(what.caret <= what.excerpt.size(), "the caret stands in or behind its excerpt");
    expect(printable(explain(what)), "an explanation is printable");
}

struct frames_read {
    std::vector<decoded_frame> frames{};
    std::optional<violation> broken{};
    std::uint64_t unfinished = 0;

    bool operator==(const frames_read&) const = default;
};

frames_read read_frames(const std::vector<std::string_view>& pieces,
                        const decoder_options& options) {
    frames_read result;
    frame_decoder decoder{options};
    std::uint64_t end = 0;
    for (const auto piece : pieces) {
        const std::vector<char> only_now(piece.begin(), piece.end());
        decoder.feed({only_now.data(), only_now.size()});
        for (auto found = decoder.next(); found == frame_token::frame; found = decoder.next()) {
            const auto& frame = decoder.frame();
            expect(frame.offset == end, "frames leave no gap");
            end += frame.head_octets + frame.payload.size();
            result.frames.push_back(frame.to_frame());
        }
    }
    if (decoder.broken())
        result.broken = decoder.violation();
    result.unfinished = decoder.unfinished();
    return result;
}

void expect_frames(std::string_view octets, std::uint8_t seed, const decoder_options& options) {
    const auto whole = read_frames({octets}, options);
    const auto pieces = read_frames(cut(octets, seed), options);
    const auto single = read_frames(single_octets(octets), options);
    expect_same(pieces.frames, whole.frames, "cuts change no frame");
    expect_same(single.frames, whole.frames, "single octets change no frame");
    expect(pieces.unfinished == whole.unfinished && single.unfinished == whole.unfinished,
           "cuts do not change what is unfinished");
    expect(pieces.broken.has_value() == whole.broken.has_value() &&
               single.broken.has_value() == whole.broken.has_value(),
           "cuts neither make nor hide a violation");
    if (whole.broken) {
        expect_sane(*whole.broken, octets.size());
        expect(pieces.broken->code == whole.broken->code &&
                   pieces.broken->offset == whole.broken->offset &&
                   single.broken->code == whole.broken->code &&
                   single.broken->offset == whole.broken->offset,
               "the violation is the same however it came");
    }
    std::string again;
    for (const auto& frame : whole.frames)
        again += encoded(frame);
    expect(octets.starts_with(again), "written down, the frames are the octets that came");
    expect(whole.broken || again.size() + whole.unfinished == octets.size(), "nothing is lost");
}

struct message {
    message_kind kind{};
    std::string payload{};
    std::uint64_t offset = 0;
    std::uint64_t frames = 0;

    bool operator==(const message&) const = default;
};
struct messages_read {
    std::vector<message> messages{};
    std::size_t controls = 0;
    std::optional<std::pair<errc, std::uint64_t>> broken{};

    bool operator==(const messages_read&) const = default;
};

messages_read read_messages(const std::vector<std::string_view>& pieces,
                            const assembler_options& options) {
    messages_read result;
    message_reader reader{options};
    std::size_t fed = 0;
    for (const auto piece : pieces) {
        const std::vector<char> only_now(piece.begin(), piece.end());
        reader.feed({only_now.data(), only_now.size()});
        fed += piece.size();
        auto found = reader.next();
        for (; found == reader_token::message || found == reader_token::control;
             found = reader.next()) {
            if (found == reader_token::control) {
                ++result.controls;
                continue;
            }
            const auto& one = reader.message();
            expect(one.payload.size() <= options.message_limit, "a message keeps to the limit");
            expect(one.kind == message_kind::binary || well_formed_utf8(one.payload),
                   "a text is UTF-8");
            result.messages.push_back({one.kind, std::string{one.payload}, one.offset, one.frames});
        }
        if (found == reader_token::violation) {
            expect_sane(reader.violation(), fed);
            result.broken = {reader.violation().code, reader.violation().offset};
            return result;
        }
    }
    return result;
}

void expect_messages(std::string_view octets, std::uint8_t seed, const assembler_options& options) {
    const auto whole = read_messages({octets}, options);
    expect_same(read_messages(cut(octets, seed), options), whole, "cuts change nothing");
    expect_same(read_messages(single_octets(octets), options), whole,
                "single octets change nothing");
}

/// Reads without keeping anything, so that what is allocated is the reader's own.
void expect_bounded_memory(std::string_view octets, const assembler_options& options) {
    const auto pieces = single_octets(octets);
    const allocation_guard guard;
    message_reader reader{options};
    for (const auto piece : pieces) {
        reader.feed(piece);
        auto found = reader.next();
        while (found == reader_token::message || found == reader_token::control)
            found = reader.next();
    }
    expect(guard.largest() <= 2 * limit, "no block is larger than twice the limit");
}

void run(input subject) {
    const auto choice = subject.take_octet();
    const auto octets = subject.rest();
    const auto side = (choice & 1U) == 0 ? sender::server : sender::client;
    const bool compressed = (choice & 2U) != 0;
    const deflate_parameters parameters{.server_no_context_takeover = (choice & 4U) != 0,
                                        .client_no_context_takeover = (choice & 8U) != 0};
    expect_frames(
        octets, choice,
        {.side = side,
         .payload_limit = limit,
         .extension = compressed ? extension_in_use::permessage_deflate : extension_in_use::none});
    const assembler_options options{.side = side,
                                    .message_limit = limit,
                                    .deflate =
                                        compressed ? std::optional{parameters} : std::nullopt};
    expect_messages(octets, choice, options);
    expect_bounded_memory(octets, options);
}

} // namespace
} // namespace rhombus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rhombus::fuzz::run({data, size});
    return 0;
}
