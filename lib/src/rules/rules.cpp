#include "sections.hpp"

#include <rhombus/rules/rule.hpp>

#include <algorithm>

namespace rhombus::rules {

const std::vector<rule>& all_rules() {
    static const std::vector<rule> rules = [] {
        std::vector<rule> all;
        for (const auto section : {opening_rules(), credential_rules(), framing_rules(),
                                   closing_rules(), stomp_outgoing_rules(), stomp_incoming_rules(),
                                   heartbeat_rules(), subscription_rules(), disconnect_rules(),
                                   reconnection_rules(), event_rules(), security_rules()})
            all.insert(all.end(), section.begin(), section.end());
        return all;
    }();
    return rules;
}

const rule* find_rule(std::string_view id) {
    const auto& rules = all_rules();
    const auto found =
        std::find_if(rules.begin(), rules.end(), [&](const rule& one) { return one.id == id; });
    return found == rules.end() ? nullptr : &*found;
}

} // namespace rhombus::rules
