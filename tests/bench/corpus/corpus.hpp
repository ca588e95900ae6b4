#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rhombus::bench {

/// What a corpus holds; make_corpus.py says how it is made.
struct corpus_counts {
    std::uint64_t frames = 0;
    std::uint64_t body_octets = 0;
    std::uint64_t headers = 0;
    std::uint64_t header_octets = 0; ///< Of names and values, unescaped.

    bool operator==(const corpus_counts&) const = default;
};

/// A stream of STOMP frames and two ways to cut it.
struct corpus {
    std::string octets;
    std::vector<std::uint32_t> messages; ///< Lengths: one WebSocket message each.
    std::vector<std::uint32_t> chunks;   ///< Lengths of a random split.
    corpus_counts expected;
};

/// Reads PREFIX.stomp, .ws, .chunks and .meta.json.
/// @throws std::runtime_error that names the file and what is wrong with it.
[[nodiscard]] corpus read_corpus(const std::string& prefix);

} // namespace rhombus::bench
