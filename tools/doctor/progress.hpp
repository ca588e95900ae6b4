#pragma once

#include "check.hpp"
#include "examination.hpp"

#include <chrono>
#include <string_view>

namespace rhombus::doctor {

/// One line on a terminal's standard error, replaced while the program waits; nothing elsewhere.
class progress {
public:
    enum class place : std::uint8_t { terminal, nowhere };

    explicit progress(place where);
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;
    /// Removes the line.
    ~progress();

    void begin(const check& subject);
    /// Draws the line anew; call a few times a second.
    void tick(const examination& run);

private:
    place where_;
    std::string_view title_;
    std::string_view id_;
    std::chrono::steady_clock::time_point begun_;
};

} // namespace rhombus::doctor
