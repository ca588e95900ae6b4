#include "data.hpp"

#include <rhombus/systems/profile.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace rhombus::systems {
namespace {

// Regions are listed in the file's order, hence ordered_json.
using json = nlohmann::ordered_json;

credential_placement read_credential(const json& from) {
    return {.header = from.at("header"),
            .scheme = from.at("scheme"),
            .organization_scheme = from.at("scheme_values").at("organization"),
            .partner_scheme = from.at("scheme_values").at("partner"),
            .organization = from.at("organization")};
}

profile read_profile(std::string_view text) {
    const auto from = json::parse(text);
    const auto milliseconds = [&](const char* name) {
        return std::chrono::milliseconds{from.at("limits").at(name).get<int>()};
    };
    profile out{.name = from.at("name"),
                .title = from.at("title"),
                .regions = {},
                .credential = {},
                .rest = {},
                .destination = from.at("stomp").at("destination"),
                .subscription_id = from.at("stomp").at("subscription_id"),
                .heart_beat =
                    std::chrono::milliseconds{from.at("stomp").at("heart_beat_ms").get<int>()},
                .opening_limit = milliseconds("opening_ms"),
                .connected_limit = milliseconds("connected_ms"),
                .rest_limit = milliseconds("rest_ms"),
                .rest_body_octets = from.at("limits").at("rest_body_octets")};
    for (const auto& [name, hosts] : from.at("regions").items())
        out.regions.push_back(
            {name, hosts.at("api_url"), hosts.at("ws_url"), hosts.at("console_url")});
    if (from.contains("credential"))
        out.credential = read_credential(from.at("credential"));
    if (from.contains("rest_check")) {
        const auto& rest = from.at("rest_check");
        out.rest = rest_check{rest.at("method"), rest.at("target"), rest.at("body")};
    }
    return out;
}

const std::vector<profile>& profiles() {
    static const auto all = [] {
        std::vector<profile> read;
        for (const auto& file : data::files())
            read.push_back(read_profile(file.text));
        return read;
    }();
    return all;
}

} // namespace

const region* profile::find_region(std::string_view region_name) const noexcept {
    const auto found = std::find_if(regions.begin(), regions.end(),
                                    [&](const auto& one) { return one.name == region_name; });
    return found == regions.end() ? nullptr : &*found;
}

const profile* find_profile(std::string_view name) {
    const auto found = std::find_if(profiles().begin(), profiles().end(),
                                    [&](const auto& one) { return one.name == name; });
    return found == profiles().end() ? nullptr : &*found;
}

std::vector<std::string> profile_names() {
    std::vector<std::string> names;
    for (const auto& one : profiles())
        names.push_back(one.name);
    return names;
}

} // namespace rhombus::systems
