#pragma once

#include <rhombus/websocket/permessage_deflate.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rhombus::websocket {

struct extension_parameter {
    std::string_view name{};
    std::optional<std::string> value{}; ///< Without the quotes.
    std::size_t offset = 0;             ///< In the header's value.
};

/// One element of a `Sec-WebSocket-Extensions` header.
struct extension {
    std::string_view name{};
    std::vector<extension_parameter> parameters{};
    std::size_t offset = 0; ///< In the header's value.
};

/// Spec: RFC 6455 section 9.1; RFC 7230 section 7 for empty elements of a list.
/// @param value outlives the names.
[[nodiscard]] boost::system::result<std::vector<extension>, extensions_error>
read_extensions(std::string_view value);

} // namespace rhombus::websocket
