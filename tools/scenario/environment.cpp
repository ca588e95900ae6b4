#include "environment.hpp"

#include "input_error.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <map>
#include <string_view>
#include <unistd.h>

namespace rhombus::scenario {

namespace {

constexpr std::string_view own_prefix = "RHOMBUS_";

std::string key_file(const client_target& target) {
    const auto path = target.folder / "key";
    std::ofstream file{path};
    std::filesystem::permissions(path, std::filesystem::perms::owner_read |
                                           std::filesystem::perms::owner_write);
    file << target.api_key;
    return path.string();
}

std::string value_of(std::string_view placeholder, const client_target& target) {
    if (placeholder == "ws_url")
        return target.listener.ws_url;
    if (placeholder == "api_url")
        return target.listener.rest_url;
    if (placeholder == "org")
        return target.listener.organization;
    if (placeholder == "ca")
        return target.listener.ca_file;
    if (placeholder == "key_file")
        return key_file(target);
    throw input_error{fmt::format("argv: unknown placeholder {{{}}}; expected one of ws_url, "
                                  "api_url, key_file, org, ca",
                                  placeholder)};
}

std::string filled(const std::string& word, const client_target& target) {
    const auto open = word.find('{');
    const auto close = word.find('}', open);
    if (open == std::string::npos || close == std::string::npos)
        return word;
    const auto name = word.substr(open + 1, close - open - 1);
    return word.substr(0, open) + value_of(name, target) + filled(word.substr(close + 1), target);
}

} // namespace

std::vector<std::string> environment_for(const client_file& client, const client_target& target) {
    std::map<std::string, std::string> values;
    for (auto** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view pair{*entry};
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && !pair.starts_with(own_prefix))
            values.emplace(pair.substr(0, equals), pair.substr(equals + 1));
    }
    const auto& listener = target.listener;
    values["RHOMBUS_WS_URL"] = listener.ws_url;
    values["RHOMBUS_API_URL"] = listener.rest_url;
    values["RHOMBUS_ENDPOINT_URL"] = listener.rest_url;
    values["RHOMBUS_API_KEY"] = target.api_key;
    if (!client.asks_for_organization)
        values["RHOMBUS_ORG_UUID"] = listener.organization;
    for (const auto* const name : {"SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE",
                                   "CURL_CA_BUNDLE", "WEBSOCKET_CLIENT_CA_BUNDLE"})
        values[name] = listener.ca_file;
    values["SSL_CERT_DIR"] = std::filesystem::path{listener.ca_file}.parent_path().string();
    for (const auto& [name, value] : client.environment)
        values[name] = value;
    std::vector<std::string> pairs;
    pairs.reserve(values.size());
    for (const auto& [name, value] : values)
        pairs.push_back(fmt::format("{}={}", name, value));
    return pairs;
}

std::vector<std::string> argv_for(const client_file& client, const client_target& target) {
    std::vector<std::string> words;
    for (const auto& word : client.argv)
        words.push_back(filled(word, target));
    return words;
}

} // namespace rhombus::scenario
