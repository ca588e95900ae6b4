#include <rhombus/stomp/frame.hpp>

#include <algorithm>

namespace rhombus::stomp {

std::optional<std::string_view> frame::find(std::string_view name) const noexcept {
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [&](const header& h) { return h.name == name; });
    if (found == headers.end())
        return std::nullopt;
    return found->value;
}

} // namespace rhombus::stomp
