#include "yaml_reader.hpp"

#include "input_error.hpp"

#include <rhombus/report/escape.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <numeric>
#include <system_error>

namespace rhombus::scenario {

namespace {

/// Levenshtein's distance.
std::size_t distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < left.size(); ++i) {
        auto diagonal = row[0]++;
        for (std::size_t k = 0; k < right.size(); ++k) {
            const auto replaced = diagonal + (left[i] == right[k] ? 0 : 1);
            diagonal = row[k + 1];
            row[k + 1] = std::min({row[k] + 1, row[k + 1] + 1, replaced});
        }
    }
    return row.back();
}

} // namespace

std::string_view nearest(std::string_view misspelt, const std::vector<std::string_view>& words) {
    const auto best = std::min_element(words.begin(), words.end(), [&](auto left, auto right) {
        return distance(misspelt, left) < distance(misspelt, right);
    });
    if (best == words.end() || distance(misspelt, *best) > (misspelt.size() + 1) / 2)
        return {};
    return *best;
}

yaml_mapping::yaml_mapping(const YAML::Node& node, std::string file)
    : node_{node}, file_{std::move(file)} {}

yaml_mapping yaml_mapping::load(const std::filesystem::path& file) {
    std::ifstream in{file};
    if (!in)
        throw input_error{fmt::format("{}: cannot be read: {}", file.string(),
                                      std::generic_category().message(errno))};
    try {
        auto node = YAML::Load(in);
        if (!node.IsMap())
            throw input_error{fmt::format("{}:1: expected a mapping", file.string())};
        return {node, file.string()};
    } catch (const YAML::Exception& broken) {
        throw input_error{fmt::format("{}:{}: not YAML: {}", file.string(),
                                      std::max(broken.mark.line, 0) + 1,
                                      report::visible(broken.msg))};
    }
}

void yaml_mapping::only(const std::vector<std::string_view>& known) const {
    for (const auto& member : node_) {
        const auto key = scalar(member.first, "key");
        if (std::find(known.begin(), known.end(), key) != known.end())
            continue;
        const auto near = nearest(key, known);
        refuse_at(member.first.Mark(), key,
                  near.empty()
                      ? fmt::format("unknown key; expected one of {}", fmt::join(known, ", "))
                      : fmt::format("unknown key; did you mean {}?", near));
    }
}

bool yaml_mapping::has(std::string_view key) const {
    return at(key).IsDefined();
}

std::string yaml_mapping::text(std::string_view key, std::string_view fallback) const {
    const auto node = at(key);
    return node.IsDefined() ? scalar(node, key) : std::string{fallback};
}

std::string yaml_mapping::required(std::string_view key) const {
    if (!has(key))
        refuse(key, "is missing");
    return text(key);
}

std::string yaml_mapping::one_of(std::string_view key,
                                 const std::vector<std::string_view>& words) const {
    auto word = text(key, words.front());
    if (std::find(words.begin(), words.end(), word) == words.end())
        refuse(key, fmt::format("expected one of {}; not \"{}\"", fmt::join(words, ", "), word));
    return word;
}

std::uint64_t yaml_mapping::number(std::string_view key, std::uint64_t fallback) const {
    if (!has(key))
        return fallback;
    const auto word = text(key);
    std::uint64_t value = 0;
    const auto [rest, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (failure != std::errc{} || rest != word.data() + word.size())
        refuse(key, fmt::format("expected a whole number; not \"{}\"", word));
    return value;
}

std::uint32_t yaml_mapping::small_number(std::string_view key) const {
    constexpr auto most = std::numeric_limits<std::uint32_t>::max();
    const auto value = number(key, 0);
    if (value > most)
        refuse(key, fmt::format("expected a number up to {}; not \"{}\"", most, value));
    return static_cast<std::uint32_t>(value);
}

std::vector<std::string> yaml_mapping::texts(std::string_view key) const {
    std::vector<std::string> values;
    const auto node = at(key);
    if (!node.IsDefined())
        return values;
    if (!node.IsSequence())
        refuse(key, "expected a list");
    for (const auto& entry : node)
        values.push_back(scalar(entry, key));
    return values;
}

std::vector<std::pair<std::string, std::string>> yaml_mapping::pairs(std::string_view key) const {
    std::vector<std::pair<std::string, std::string>> values;
    for (const auto& member : inner(key).node_)
        values.emplace_back(scalar(member.first, key), scalar(member.second, key));
    return values;
}

yaml_mapping yaml_mapping::inner(std::string_view key) const {
    const auto node = at(key);
    if (!node.IsDefined())
        return {YAML::Node{YAML::NodeType::Map}, file_};
    if (!node.IsMap())
        refuse(key, "expected a mapping");
    return {node, file_};
}

std::vector<yaml_mapping> yaml_mapping::list(std::string_view key) const {
    std::vector<yaml_mapping> entries;
    const auto node = at(key);
    if (!node.IsDefined())
        return entries;
    if (!node.IsSequence())
        refuse(key, "expected a list");
    for (const auto& entry : node) {
        if (!entry.IsMap())
            refuse_at(entry.Mark(), key, "expected mappings");
        entries.push_back(yaml_mapping{entry, file_});
    }
    return entries;
}

YAML::Node yaml_mapping::at(std::string_view key) const {
    const auto& node = node_; // the constant operator adds nothing
    return node[std::string{key}];
}

std::string yaml_mapping::scalar(const YAML::Node& node, std::string_view key) const {
    if (!node.IsScalar())
        refuse_at(node.Mark(), key, "expected a single value");
    return node.Scalar();
}

void yaml_mapping::refuse(std::string_view key, std::string_view message) const {
    const auto node = at(key);
    refuse_at(node.IsDefined() ? node.Mark() : node_.Mark(), key, message);
}

void yaml_mapping::refuse_at(const YAML::Mark& mark, std::string_view key,
                             std::string_view message) const {
    // Key and message may repeat what stands in a file that somebody sent.
    throw input_error{fmt::format("{}:{}: {}: {}", file_, std::max(mark.line, 0) + 1,
                                  report::visible(key), report::visible(message))};
}

} // namespace rhombus::scenario
