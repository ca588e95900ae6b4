#pragma once

#include <boost/system/result.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

/// The bundled mock server as a child process; driven by its ready line only (seams.md, Processes).
namespace rhombus::tools {

/// What `rhombus-mock --ready json` prints when it listens.
struct mock_ready {
    std::string rest_url;
    std::string ws_url;
    std::string ca_file;
    std::string api_key;
    std::string organization;
    std::string control_url;
    std::string journal;
};

/// One sentence that says why the mock server cannot be used; empty where it has said so itself.
struct mock_error {
    std::string message;
};

/// @returns the program: $RHOMBUS_MOCK, else `rhombus-mock` beside this executable, else the one on
/// PATH; empty when there is none.
[[nodiscard]] std::filesystem::path find_mock_program();

/// A running mock server; ends with this object.
class mock_server {
public:
    /// Starts the program and waits for its ready line. Its standard error stays ours.
    [[nodiscard]] static boost::system::result<mock_server, mock_error>
    start(const std::filesystem::path& program, std::vector<std::string> arguments);

    mock_server(mock_server&&) noexcept;
    mock_server& operator=(mock_server&&) noexcept;
    /// Closes its standard input, waits, and kills it if it does not end.
    ~mock_server();

    [[nodiscard]] const mock_ready& ready() const noexcept;

private:
    struct state;
    explicit mock_server(std::unique_ptr<state> running);
    std::unique_ptr<state> state_;
};

/// Runs the program with other arguments, its standard output ours, and waits.
/// @returns its exit code.
[[nodiscard]] int run_mock_program(const std::filesystem::path& program,
                                   const std::vector<std::string>& arguments);

} // namespace rhombus::tools
