#include "organization.hpp"

#include <nlohmann/json.hpp>

namespace rhombus::doctor {
namespace {

using nlohmann::json;

std::string text_member(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

} // namespace

organization_reading read_organization(std::string_view body) {
    using kind = organization_reading::kind;
    organization_reading out;
    const auto document = json::parse(body, nullptr, false);
    if (!document.is_object())
        return out;
    out.error_message = text_member(document, "errorMsg");
    const auto error = document.find("error");
    if (error != document.end() && error->is_boolean() && error->get<bool>()) {
        out.what = kind::says_error;
        return out;
    }
    out.what = kind::without_uuid;
    const auto organization = document.find("org");
    if (organization == document.end() || !organization->is_object())
        return out;
    out.uuid = text_member(*organization, "uuid");
    out.name = text_member(*organization, "name");
    out.type = text_member(*organization, "type");
    if (!out.uuid.empty())
        out.what = kind::good;
    return out;
}

std::optional<std::string> organization_to_watch(const facts& known) {
    if (known.settings.organization)
        return known.settings.organization->value;
    if (!known.organization_answer || known.organization_answer->status != 200)
        return std::nullopt;
    const auto reading = read_organization(known.organization_answer->body);
    if (reading.what != organization_reading::kind::good)
        return std::nullopt;
    return reading.uuid;
}

} // namespace rhombus::doctor
