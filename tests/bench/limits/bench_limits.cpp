// bench_limits WAY PREFIX SECONDS
// What bench_parse is measured against, on the same corpus and with the same line of JSON:
//   utf8         the UTF-8 of each WebSocket message is checked; nothing else
//   walk         headers and bodies are found in the stream, nothing is checked or decoded
//   walk_chunks  the same from random pieces, which are joined before they are walked
//   utf8_walk    each message: UTF-8, then the walk
//   plain        plain good C++: the same, and each header unescaped, each body copied, into
//   strings

#include "header_walk.hpp"
#include "measure.hpp"

#include <array>
#include <cstdio>
#include <exception>
#include <simdjson.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rhombus::bench {
namespace {

struct owned_frame {
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

void check_utf8(std::string_view message) {
    if (!simdjson::validate_utf8(message.data(), message.size()))
        throw std::runtime_error{"expected UTF-8"};
}

/// @returns the octets that are no whole frame yet.
template <typename Receiver>
std::string_view walk_all(std::string_view octets, header_walk& walk, const Receiver& receive) {
    for (octets = behind_beats(octets); !octets.empty(); octets = behind_beats(octets)) {
        const auto size = walk.frame(octets);
        if (size == 0)
            break;
        receive(walk);
        octets.remove_prefix(size);
    }
    return octets;
}

/// What a walk can see: it does not decode.
class tally {
public:
    void operator()(const header_walk& walk) const {
        ++seen.frames;
        seen.headers += walk.headers().size();
        seen.body_octets += walk.body().size();
    }
    corpus_counts& seen;
};

template <typename Receiver>
void each_message(const corpus& input, const Receiver& receive) {
    std::string_view rest{input.octets};
    for (const auto length : input.messages) {
        receive(rest.substr(0, length));
        rest.remove_prefix(length);
    }
}

corpus_counts utf8(const corpus& input) {
    each_message(input, check_utf8);
    return {};
}

corpus_counts walk(const corpus& input) {
    corpus_counts seen;
    header_walk walk;
    walk_all(input.octets, walk, tally{seen});
    return seen;
}

corpus_counts walk_chunks(const corpus& input) {
    corpus_counts seen;
    header_walk walk;
    std::string held;
    std::string_view rest{input.octets};
    for (const auto length : input.chunks) {
        held.append(rest.substr(0, length));
        rest.remove_prefix(length);
        const auto left = walk_all(held, walk, tally{seen});
        held.erase(0, held.size() - left.size());
    }
    return seen;
}

corpus_counts utf8_walk(const corpus& input) {
    corpus_counts seen;
    header_walk walk;
    each_message(input, [&](std::string_view message) {
        check_utf8(message);
        walk_all(message, walk, tally{seen});
    });
    return seen;
}

char unescaped(char letter) {
    switch (letter) {
    case 'c':
        return ':';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case '\\':
        return '\\';
    default:
        throw std::runtime_error{"expected an escape of STOMP 1.2"};
    }
}

std::string decoded(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto escape = text[i] == '\\' && i + 1 < text.size();
        plain += escape ? unescaped(text[++i]) : text[i];
    }
    return plain;
}

owned_frame owned(const header_walk& walk) {
    owned_frame made;
    made.headers.reserve(walk.headers().size());
    for (const auto& [name, value, escaped] : walk.headers()) {
        if (escaped)
            made.headers.emplace_back(decoded(name), decoded(value));
        else
            made.headers.emplace_back(name, value);
    }
    made.body = walk.body();
    return made;
}

corpus_counts plain(const corpus& input) {
    corpus_counts seen;
    header_walk walk;
    each_message(input, [&](std::string_view message) {
        check_utf8(message);
        walk_all(message, walk, [&](const header_walk& found) {
            const auto frame = owned(found);
            ++seen.frames;
            seen.headers += frame.headers.size();
            seen.body_octets += frame.body.size();
            for (const auto& [name, value] : frame.headers)
                seen.header_octets += name.size() + value.size();
        });
    });
    return seen;
}

corpus_counts nothing(const corpus_counts&) {
    return {};
}

corpus_counts undecoded(const corpus_counts& all) {
    return {.frames = all.frames, .body_octets = all.body_octets, .headers = all.headers};
}

constexpr std::array ways{
    way{"utf8", utf8, nothing},
    way{"walk", walk, undecoded},
    way{"walk_chunks", walk_chunks, undecoded},
    way{"utf8_walk", utf8_walk, undecoded},
    way{"plain", plain},
};

} // namespace
} // namespace rhombus::bench

int main(int count, char** arguments) {
    using namespace rhombus::bench;
    if (count != 4) {
        std::fputs("usage: bench_limits utf8|walk|walk_chunks|utf8_walk|plain PREFIX SECONDS\n",
                   stderr);
        return 2;
    }
    try {
        measure(way_called(arguments[1], ways), arguments[2], arguments[3]);
    } catch (const std::exception& trouble) {
        std::fprintf(stderr, "bench_limits: %s\n", trouble.what());
        return 1;
    }
    return 0;
}
