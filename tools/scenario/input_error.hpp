#pragma once

#include <stdexcept>

namespace rhombus::scenario {

/// What the user gave cannot be used: one line that names file, line, field and what was expected.
/// Thrown while starting, caught in main: exit code 2, nothing written.
class input_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The set-up failed and not the client: exit code 3.
class harness_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace rhombus::scenario
