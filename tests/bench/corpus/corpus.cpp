#include "corpus.hpp"

#include <nlohmann/json.hpp>

#include <cstring>
#include <fstream>
#include <numeric>
#include <sstream>
#include <stdexcept>

namespace rhombus::bench {
namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& trouble) {
    throw std::runtime_error{path + ": " + trouble};
}

std::string read_file(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    std::ostringstream read;
    if (!file || !(read << file.rdbuf()))
        refuse(path, "cannot be read, or is empty");
    return std::move(read).str();
}

std::vector<std::uint32_t> read_lengths(const std::string& path, std::size_t total) {
    const auto octets = read_file(path);
    if (octets.size() % sizeof(std::uint32_t) != 0)
        refuse(path, "expected lengths of 4 octets each, the last one is cut");
    std::vector<std::uint32_t> lengths(octets.size() / sizeof(std::uint32_t));
    std::memcpy(lengths.data(), octets.data(), octets.size());
    const auto sum = std::accumulate(lengths.begin(), lengths.end(), std::size_t{0});
    if (sum != total)
        refuse(path, "expected lengths that add up to the stream's " + std::to_string(total) +
                         " octets, got " + std::to_string(sum));
    return lengths;
}

corpus_counts read_counts(const std::string& path) {
    try {
        const auto meta = nlohmann::json::parse(read_file(path));
        return {meta.at("frames"), meta.at("body_bytes"), meta.at("headers"),
                meta.at("header_bytes_decoded")};
    } catch (const nlohmann::json::exception& trouble) {
        refuse(path, trouble.what());
    }
}

} // namespace

corpus read_corpus(const std::string& prefix) {
    corpus read;
    read.octets = read_file(prefix + ".stomp");
    read.messages = read_lengths(prefix + ".ws", read.octets.size());
    read.chunks = read_lengths(prefix + ".chunks", read.octets.size());
    read.expected = read_counts(prefix + ".meta.json");
    return read;
}

} // namespace rhombus::bench
