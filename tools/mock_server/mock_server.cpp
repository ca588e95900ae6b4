#include "mock_server.hpp"

#include <boost/process.hpp>
#include <boost/process/group.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdlib>
#include <system_error>

namespace rhombus::tools {
namespace {

namespace process = boost::process;
using nlohmann::json;

constexpr std::chrono::seconds ending_limit{5};

mock_ready read_ready(const std::string& line) {
    const auto from = json::parse(line);
    return {.rest_url = from.at("rest_url"),
            .ws_url = from.at("ws_url"),
            .ca_file = from.at("ca_file"),
            .api_key = from.at("api_key"),
            .organization = from.at("org"),
            .control_url = from.at("control_url"),
            .journal = from.at("journal")};
}

} // namespace

struct mock_server::state {
    process::opstream input;
    process::ipstream output;
    process::group group;
    process::child child;
    mock_ready ready;
};

std::filesystem::path find_mock_program() {
    if (const char* named = std::getenv("RHOMBUS_MOCK"); named != nullptr && *named != '\0')
        return named;
    std::error_code failure;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", failure);
    auto beside = self.parent_path() / "rhombus-mock";
    if (!failure && std::filesystem::exists(beside, failure))
        return beside;
    return process::search_path("rhombus-mock").string();
}

boost::system::result<mock_server, mock_error>
mock_server::start(const std::filesystem::path& program, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--ready", "json", "--until-eof"});
    auto running = std::make_unique<state>();
    std::error_code failure;
    // A group of its own: an interrupt at the terminal is ours to handle.
    running->child = process::child(
        program.string(), process::args(arguments),
        process::std_in<running->input, process::std_out> running->output, running->group, failure);
    if (failure)
        return mock_error{"cannot start " + program.string() + ": " + failure.message()};
    std::string line;
    if (!std::getline(running->output, line)) {
        running->child.wait(failure);
        // Exit 2: a fault or scenario was not understood, and the program has said so itself.
        return running->child.exit_code() == 2
                   ? mock_error{}
                   : mock_error{program.string() + " ended before it was ready"};
    }
    try {
        running->ready = read_ready(line);
    } catch (const json::exception& broken) {
        return mock_error{program.string() +
                          ": its ready line is not understood: " + broken.what()};
    }
    return mock_server{std::move(running)};
}

mock_server::mock_server(std::unique_ptr<state> running) : state_{std::move(running)} {}
mock_server::mock_server(mock_server&&) noexcept = default;
mock_server& mock_server::operator=(mock_server&&) noexcept = default;

mock_server::~mock_server() {
    if (!state_)
        return;
    std::error_code ignored; // The process is gone either way.
    state_->input.pipe().close();
    if (!state_->child.wait_for(ending_limit, ignored))
        state_->group.terminate(ignored);
    state_->child.wait(ignored);
}

const mock_ready& mock_server::ready() const noexcept {
    return state_->ready;
}

int run_mock_program(const std::filesystem::path& program,
                     const std::vector<std::string>& arguments) {
    std::error_code failure;
    const int code = process::system(program.string(), process::args(arguments), failure);
    return failure ? 1 : code;
}

} // namespace rhombus::tools
