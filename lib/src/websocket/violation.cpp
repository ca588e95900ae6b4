#include <rhombus/websocket/violation.hpp>

namespace rhombus::websocket {

std::string explain(const violation& what) {
    const auto [document, section] = source_of(what.code);
    std::string sentence = "octet " + std::to_string(what.offset) + ": expected " + what.expected;
    sentence += ", got " + what.got + " (";
    return sentence.append(document).append(" section ").append(section).append(")");
}

} // namespace rhombus::websocket
