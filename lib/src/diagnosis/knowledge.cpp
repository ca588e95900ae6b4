#include "knowledge_files.hpp"

#include <rhombus/diagnosis/knowledge.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace rhombus::diagnosis {
namespace {

using nlohmann::json;

knowledge read_entry(const json& from) {
    return {.code = from.at("code"),
            .exit_code = from.at("exit_code"),
            .title = from.at("title"),
            .explanation = from.at("explanation"),
            .causes = from.at("causes"),
            .fixes = from.at("fixes"),
            .guide = from.at("guide")};
}

const knowledge* find(std::string_view code) {
    const auto& all = all_knowledge();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const knowledge& entry) { return entry.code == code; });
    return found == all.end() ? nullptr : &*found;
}

/// `CLOSE-4401` belongs to `CLOSE-4xxx`, else to `CLOSE`.
std::string family_of(std::string_view code) {
    constexpr std::string_view prefix = "CLOSE-";
    const bool known_range = code.size() > prefix.size() && (code[6] == '3' || code[6] == '4');
    return known_range ? std::string{code.substr(0, prefix.size() + 1)} + "xxx" : "CLOSE";
}

} // namespace

const std::vector<knowledge>& all_knowledge() {
    static const auto all = [] {
        std::vector<knowledge> entries;
        for (const auto& file : knowledge_files::files()) {
            for (const auto& entry : json::parse(file.text))
                entries.push_back(read_entry(entry));
        }
        return entries;
    }();
    return all;
}

const knowledge& knowledge_of(std::string_view code) {
    if (const auto* entry = find(code))
        return *entry;
    if (code.starts_with("CLOSE-")) {
        if (const auto* entry = find(family_of(code)))
            return *entry;
    }
    return *find("UNKNOWN");
}

} // namespace rhombus::diagnosis
