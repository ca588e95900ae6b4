#pragma once

#include <string>
#include <string_view>

namespace rhombus::account {

/// A URL as reports and messages may show it: `…` stands for user and password, and for a query,
/// where people put keys. Text that is no URL is shown alike, so that a typing error hides nothing.
[[nodiscard]] std::string shown_url(std::string_view url);

} // namespace rhombus::account
