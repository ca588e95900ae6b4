#include "list.hpp"

#include <rhombus/account/key_shape.hpp>
#include <rhombus/account/shown_url.hpp>

#include <fmt/format.h>

namespace rhombus::doctor {
namespace {

using diagnosis::side;
using diagnosis::status;

template <class T>
void show_source(judgement& out, std::string_view name, std::string_view value,
                 const account::sourced<T>& from) {
    auto text = fmt::format("{} = {} from {}", name, value, from.source);
    for (const auto& lower : from.shadowed)
        text += fmt::format(", shadows {}", lower);
    out.saw("config", std::move(text));
}

void show_effective_values(const facts& known, judgement& out) {
    const auto& from = known.settings;
    if (!from.api_url.value.empty())
        show_source(out, "REST address", account::shown_url(from.api_url.value), from.api_url);
    if (!from.ws_url.value.empty())
        show_source(out, "WebSocket address", account::shown_url(from.ws_url.value), from.ws_url);
    if (from.rest_key)
        show_source(out, "REST key", from.rest_key->value.hint(), *from.rest_key);
    if (from.ws_key)
        show_source(out, "WebSocket key", from.ws_key->value.hint(), *from.ws_key);
    if (from.organization)
        show_source(out, "organization", from.organization->value, *from.organization);
}

void judge_shape(judgement& out, std::string_view name,
                 const std::optional<account::sourced<account::secret>>& key) {
    if (!key)
        return;
    const auto defects = account::shape_defects(key->value.reveal());
    if (defects.empty())
        return;
    const auto n = out.saw(
        "config", fmt::format("the {} ({}) has {}", name, key->source, fmt::join(defects, ", ")));
    auto& found = out.found("AUTH-SHAPE", status::fail,
                            fmt::format("The {} from {} is not a bare key: it has {}. Nothing was "
                                        "sent.",
                                        name, key->source, fmt::join(defects, ", ")));
    found.side = side::config;
    found.evidence = {n};
}

void judge_errors(judgement& out, const std::vector<account::settings_error>& errors) {
    for (const auto& error : errors) {
        const auto n = out.saw("config", error.text);
        auto& found = out.found(error.code, status::fail, error.text);
        found.side = side::config;
        found.evidence = {n};
    }
}

void judge_traps(judgement& out, const std::vector<account::trap>& traps) {
    for (const auto& trap : traps) {
        const auto n = out.saw("config", trap.text);
        auto& found = out.found(trap.id, status::warn, trap.text + ".");
        found.side = side::config;
        found.evidence = {n};
    }
}

judgement judge(const facts& known, const stream_reading& /*stream*/) {
    judgement out;
    show_effective_values(known, out);
    judge_errors(out, known.configuration_errors);
    judge_errors(out, known.settings.errors);
    judge_shape(out, "REST key", known.settings.rest_key);
    const bool same = known.settings.rest_key && known.settings.ws_key &&
                      known.settings.rest_key->value == known.settings.ws_key->value;
    if (!same)
        judge_shape(out, "WebSocket key", known.settings.ws_key);
    judge_traps(out, known.settings.traps);
    out.reason = fmt::format("profile {}", known.settings.profile_name);
    return out;
}

} // namespace

check config_check() {
    return {.id = "config",
            .stage = "config",
            .title = "Configuration can be read and the key has the shape of a key",
            .guide = "HTTP 401 Unauthorized",
            .phase = phase::configuration,
            .needs = {},
            .rules_out = {"CFG-NOKEY", "CFG-FILE", "CFG-URL", "AUTH-SHAPE"},
            .blocked_by = never_blocked,
            .not_applicable = always_applicable,
            .collect = nullptr,
            .judge = judge};
}

} // namespace rhombus::doctor
