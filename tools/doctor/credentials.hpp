#pragma once

#include "check.hpp"

namespace rhombus::doctor {

/// @returns whether the status belongs to the class "credential" (D-20: 401 and 403 alike).
[[nodiscard]] bool is_refusal(std::optional<std::uint16_t> status) noexcept;

/// Decides what a 401 or 403 of that host means, by comparing it with the other host and with what
/// a decoy and no key get: the table "401 and 403, decided" of diagnosis.md. Adds evidence and one
/// failing finding.
void judge_refusal(const facts& known, host which, judgement& out);

} // namespace rhombus::doctor
