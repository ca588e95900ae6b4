#include "frame_file.hpp"

#include <stdexcept>
#include <sys/resource.h>

namespace rhombus::bench {
namespace {

double seconds(const timeval& span) {
    return static_cast<double>(span.tv_sec) + static_cast<double>(span.tv_usec) / 1e6;
}

rusage used() {
    rusage so_far{};
    ::getrusage(RUSAGE_SELF, &so_far);
    return so_far;
}

double processor_seconds() {
    const auto so_far = used();
    return seconds(so_far.ru_utime) + seconds(so_far.ru_stime);
}

std::uint64_t nanoseconds(std::chrono::nanoseconds span) {
    return static_cast<std::uint64_t>(span.count());
}

constexpr std::uint32_t connection = 1;
constexpr std::uint8_t server = 1;
constexpr std::uint8_t whole_text = 0x81;

} // namespace

template <typename Number>
void frame_file::put(Number number) {
    put_octets({reinterpret_cast<const char*>(&number), sizeof number});
}

// One thread writes, so stdio's lock would only cost.
void frame_file::put_octets(std::string_view octets) {
    ::fwrite_unlocked(octets.data(), 1, octets.size(), file_.get());
}

frame_file::frame_file(const std::string& path) : file_{std::fopen(path.c_str(), "wb")} {
    if (!file_)
        throw std::runtime_error{path + ": cannot be written"};
    std::setvbuf(file_.get(), nullptr, _IOFBF, std::size_t{1} << 20U);
    put_octets("rhombus-frames/1");
    put(nanoseconds(clock::now().time_since_epoch()));
    put(nanoseconds(std::chrono::system_clock::now().time_since_epoch()));
}

void frame_file::add(std::string_view message, clock::time_point when) {
    if (messages_++ == 0) {
        first_ = clock::now();
        first_cpu_ = processor_seconds();
    }
    octets_ += message.size();
    put(nanoseconds(when.time_since_epoch()));
    put(static_cast<std::uint32_t>(message.size()));
    put(connection);
    put(server);
    put(whole_text);
    put_octets(message);
}

void frame_file::summarize() {
    std::fflush(file_.get());
    if (std::ferror(file_.get()) != 0)
        throw std::runtime_error{"the log could not be written"};
    const std::chrono::duration<double> wall = clock::now() - first_;
    std::printf("{\"n\": %llu, \"bytes\": %llu, \"wall\": %.6f, \"cpu\": %.6f, "
                "\"rss_mib\": %.1f}\n",
                static_cast<unsigned long long>(messages_),
                static_cast<unsigned long long>(octets_), wall.count(),
                processor_seconds() - first_cpu_, static_cast<double>(used().ru_maxrss) / 1024);
}

} // namespace rhombus::bench
