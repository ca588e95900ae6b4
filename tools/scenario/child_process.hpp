#pragma once

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace rhombus::scenario {

/// How to start a program: never by a shell.
struct launch {
    std::vector<std::string> argv = {};        ///< The first word is the program's path.
    std::vector<std::string> environment = {}; ///< `NAME=VALUE`.
    std::filesystem::path folder = {};         ///< Its working folder.
};

enum class output_stream : std::uint8_t { out, err };

/// Exactly one of both is set.
struct exit_status {
    std::optional<int> code = {};
    std::optional<int> signal = {};
};

/// What /proc says of a process at one moment.
struct process_usage {
    std::uint64_t rss_octets = 0;
    std::uint64_t cpu_ms = 0;
    std::uint64_t descriptors = 0;
    std::uint64_t threads = 0;
};

/// A program in a process group of its own, with its standard input at its end, signals as by
/// default, and both outputs ours. The group is killed with this object at the latest.
class child_process {
public:
    /// @returns the running program, or one sentence that says why it cannot be started.
    [[nodiscard]] static boost::system::result<child_process, std::string> start(const launch& how);

    child_process(child_process&& other) noexcept;
    child_process& operator=(child_process&&) = delete;
    ~child_process();

    using line_receiver = std::function<void(output_stream, std::string_view)>;
    /// Waits at most that long for output and hands on whole lines; a line longer than 64 KiB is
    /// cut. At the end of a stream what is left of its last line counts as one.
    void read_output(std::chrono::milliseconds at_most, const line_receiver& receive);

    /// @returns how it ended; nullopt while it runs.
    [[nodiscard]] std::optional<exit_status> status();
    /// Sends a signal to its whole group.
    void signal(int number) const noexcept;

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    /// @returns nullopt when it has gone.
    [[nodiscard]] std::optional<process_usage> usage() const;

private:
    struct pipe_end {
        int descriptor = -1;
        output_stream stream = output_stream::out;
        std::string begun; ///< Of a line.
    };
    child_process(pid_t pid, int out, int err);
    void read_from(pipe_end& end, const line_receiver& receive);

    pid_t pid_;
    pipe_end out_;
    pipe_end err_;
    std::optional<exit_status> status_;
};

} // namespace rhombus::scenario
