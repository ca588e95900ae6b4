#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace rhombus::bench {

using clock = std::chrono::steady_clock;

/// A log of the server's text frames in the shape of docs/raw-log.md, by stdio with a buffer of
/// 1 MiB; counts what it is given.
class frame_file {
public:
    /// @throws std::runtime_error when the file cannot be made.
    explicit frame_file(const std::string& path);

    /// Logs a message that came in one frame; the clock of the summary begins with the first.
    void add(std::string_view message, clock::time_point when);

    /// Closes the file and prints one line of JSON: messages, their octets, seconds and processor
    /// seconds since the first one, and the largest memory in MiB.
    /// @throws std::runtime_error when not all could be written.
    void summarize();

private:
    struct closer {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    template <typename Number>
    void put(Number number);
    void put_octets(std::string_view octets);

    std::unique_ptr<std::FILE, closer> file_;
    std::uint64_t messages_ = 0;
    std::uint64_t octets_ = 0;
    clock::time_point first_;
    double first_cpu_ = 0;
};

} // namespace rhombus::bench
