#pragma once

#include <rhombus/stomp/attitude.hpp>
#include <rhombus/stomp/deviation.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace rhombus::stomp {

/// Where a rule was found broken, in the window at hand.
struct fault {
    errc code;
    std::size_t at = 0; ///< The first wrong octet.
    std::size_t to = 0; ///< Behind the last octet that the excerpt may show.
};

/// What a reader does about broken rules: lists those that its attitude lets pass, up to a number,
/// and keeps the first that it does not.
class tolerance {
public:
    tolerance(attitude allowed, std::size_t most) : allowed_{allowed}, most_{most} {}

    /// The windows that follow begin at this octet of the stream.
    void window_at(std::size_t offset) noexcept { base_ = offset; }

    /// @returns whether reading goes on.
    [[nodiscard]] bool permit(std::string_view window, fault found);
    [[nodiscard]] bool allows(errc code) const noexcept { return allowed_.tolerates(code); }

    void forget_noted() noexcept { noted_.clear(); }
    [[nodiscard]] std::span<const deviation> noted() const noexcept { return noted_; }
    [[nodiscard]] const std::optional<deviation>& refused() const noexcept { return refused_; }

private:
    attitude allowed_;
    std::size_t most_;
    std::size_t base_ = 0;
    std::vector<deviation> noted_;
    std::optional<deviation> refused_;
};

} // namespace rhombus::stomp
