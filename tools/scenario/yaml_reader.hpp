#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// YAML with errors that name file, line and field.
namespace rhombus::scenario {

/// One mapping of a file; every reading member throws input_error.
class yaml_mapping {
public:
    /// Reads a whole file, whose top must be a mapping.
    [[nodiscard]] static yaml_mapping load(const std::filesystem::path& file);

    /// Refuses keys that are not among these, naming the nearest that is.
    void only(const std::vector<std::string_view>& known) const;

    [[nodiscard]] bool has(std::string_view key) const;
    /// @returns the scalar, or the fallback where the key is absent.
    [[nodiscard]] std::string text(std::string_view key, std::string_view fallback = {}) const;
    /// @returns the scalar, which must be there.
    [[nodiscard]] std::string required(std::string_view key) const;
    /// @returns the scalar, which must be one of these; the first where the key is absent.
    [[nodiscard]] std::string one_of(std::string_view key,
                                     const std::vector<std::string_view>& words) const;
    [[nodiscard]] std::uint64_t number(std::string_view key, std::uint64_t fallback) const;
    /// A number that fits 32 bits, such as that of a connection; 0 where the key is missing.
    [[nodiscard]] std::uint32_t small_number(std::string_view key) const;
    [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
    /// @returns key and value of a mapping of scalars, in order.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>>
    pairs(std::string_view key) const;
    /// @returns the mapping at that key; an empty one where it is absent.
    [[nodiscard]] yaml_mapping inner(std::string_view key) const;
    /// @returns the mappings of the list at that key.
    [[nodiscard]] std::vector<yaml_mapping> list(std::string_view key) const;

    /// Throws input_error for that key: `FILE:LINE: KEY: MESSAGE`.
    [[noreturn]] void refuse(std::string_view key, std::string_view message) const;

private:
    yaml_mapping(const YAML::Node& node, std::string file);

    [[nodiscard]] YAML::Node at(std::string_view key) const;
    [[nodiscard]] std::string scalar(const YAML::Node& node, std::string_view key) const;
    [[noreturn]] void refuse_at(const YAML::Mark& mark, std::string_view key,
                                std::string_view message) const;

    YAML::Node node_;
    std::string file_;
};

/// @returns the word nearest to the misspelt one; empty when none is near.
[[nodiscard]] std::string_view nearest(std::string_view misspelt,
                                       const std::vector<std::string_view>& words);

} // namespace rhombus::scenario
