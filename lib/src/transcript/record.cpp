#include "kinds.hpp"

#include <rhombus/transcript/record.hpp>

#include <variant>

namespace rhombus::transcript {

std::string_view kind_of(const detail& what) noexcept {
    return kinds.at(what.index());
}

} // namespace rhombus::transcript
