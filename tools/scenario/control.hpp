#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rhombus::scenario {

/// What a scenario of the mock server is started with.
struct scenario_request {
    std::string file = {}; ///< Absolute path.
    std::uint64_t seed = 1;
    std::string framing = {};
    std::string api_key = {};
    std::string journal = {}; ///< Path of the journal to write.
    bool plain = false;
};

/// Where a started scenario listens.
struct scenario_listener {
    std::string id = {};
    std::string rest_url = {};
    std::string ws_url = {};
    std::string ca_file = {};
    std::string organization = {};
    std::string journal = {};
};

/// The mock server's control endpoint. One object a thread.
class control {
public:
    explicit control(std::string url);

    /// Throws harness_error where the mock server refuses or cannot be reached.
    [[nodiscard]] scenario_listener start(const scenario_request& request) const;
    /// Ends a scenario and so completes its journal. Throws harness_error.
    void end(const std::string& id) const;

private:
    [[nodiscard]] std::string call(const std::string& method, const std::string& path,
                                   const std::string& body) const;

    std::string url_;
};

} // namespace rhombus::scenario
