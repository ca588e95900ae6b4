// bench_parse PREFIX SECONDS [messages|chunks|octets|owned|explaining]
// Parses the corpus for that long and prints one JSON line: the median pass's MiB/s and frames/s,
// and whether frames, headers, their decoded octets and body octets are those that the corpus
// counts.

#include "measure.hpp"

#include <rhombus/stomp/frame_parser.hpp>
#include <rhombus/utf8.hpp>

#include <array>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

namespace rhombus::bench {
namespace {

[[noreturn]] void refuse(const char* what) {
    throw std::runtime_error{what};
}

/// Looks at a frame as a client does: every header decoded, the body seen.
class counter {
public:
    void add(const stomp::frame_view& frame) {
        ++seen_.frames;
        seen_.body_octets += frame.body().size();
        seen_.headers += frame.header_count();
        for (std::size_t i = 0; i < frame.header_count(); ++i) {
            const auto header = frame.header(i);
            seen_.header_octets += header.name.decode(scratch_).size();
            seen_.header_octets += header.value.decode(scratch_).size();
        }
    }
    [[nodiscard]] const corpus_counts& seen() const { return seen_; }

private:
    corpus_counts seen_;
    std::string scratch_;
};

void take(stomp::token found, const stomp::frame_reader& reader, counter& into) {
    if (found == stomp::token::frame)
        into.add(reader.frame());
    else if (found == stomp::token::violation)
        refuse("expected a well-formed stream, the parser says no");
}

void drain(stomp::frame_reader& reader, counter& into) {
    for (auto found = reader.next(); found != stomp::token::need_more; found = reader.next())
        take(found, reader, into);
}

/// Hands on one WebSocket text message at a time: its UTF-8 is checked, as RFC 6455 section 8.1
/// wants.
template <class Read>
void each_message(const corpus& input, Read read) {
    std::string_view rest{input.octets};
    for (const auto length : input.messages) {
        const auto message = rest.substr(0, length);
        rest.remove_prefix(length);
        if (!well_formed_utf8(message))
            refuse("expected UTF-8, the validation says no");
        read(message);
    }
}

corpus_counts read_messages(const corpus& input, stomp::attitude attitude) {
    stomp::frame_reader reader{{.attitude = attitude}};
    counter result;
    each_message(input, [&](std::string_view message) {
        reader.feed(message);
        drain(reader, result);
    });
    return result.seen();
}

corpus_counts read_chunks(const corpus& input) {
    stomp::frame_reader reader{{}};
    counter result;
    std::string_view rest{input.octets};
    for (const auto length : input.chunks) {
        reader.feed(rest.substr(0, length));
        rest.remove_prefix(length);
        drain(reader, result);
    }
    return result.seen();
}

corpus_counts read_octets(const corpus& input) {
    stomp::frame_reader reader{{}};
    counter result;
    const std::string_view octets{input.octets};
    for (std::size_t i = 0; i < octets.size(); ++i) {
        reader.feed(octets.substr(i, 1));
        drain(reader, result);
    }
    return result.seen();
}

corpus_counts read_owned(const corpus& input) {
    stomp::frame_parser parser{stomp::direction::from_server};
    corpus_counts seen;
    each_message(input, [&](std::string_view message) {
        parser.feed(message);
        for (auto next = parser.next(); !next || *next; next = parser.next()) {
            if (!next)
                refuse("expected a well-formed stream, the parser says no");
            const auto* const whole = std::get_if<stomp::parsed_frame>(&**next);
            if (whole == nullptr)
                continue;
            ++seen.frames;
            seen.body_octets += whole->frame.body.size();
            seen.headers += whole->frame.headers.size();
            for (const auto& header : whole->frame.headers)
                seen.header_octets += header.name.size() + header.value.size();
        }
    });
    return seen;
}

constexpr std::array ways{
    way{"messages", [](const corpus& input) { return read_messages(input, stomp::strict); }},
    way{"chunks", read_chunks},
    way{"octets", read_octets},
    way{"owned", read_owned},
    way{"explaining", [](const corpus& input) { return read_messages(input, stomp::explaining); }},
};

} // namespace
} // namespace rhombus::bench

int main(int count, char** arguments) {
    using namespace rhombus::bench;
    if (count < 3 || count > 4) {
        std::fputs("usage: bench_parse PREFIX SECONDS [messages|chunks|octets|owned|explaining]\n",
                   stderr);
        return 2;
    }
    try {
        const auto* const name = count == 4 ? arguments[3] : "messages";
        measure(way_called(name, ways), arguments[1], arguments[2]);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "bench_parse: %s\n", failure.what());
        return 1;
    }
    return 0;
}
