#include <rhombus/net/raw_log.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace rhombus::net {
namespace {

constexpr std::string_view magic = "rhombus-frames/1";
// Fewer, longer writes cost more: measured from 32 KiB to 1 MiB.
constexpr std::size_t buffer_octets = std::size_t{128} << 10U;
constexpr std::size_t entry_head_octets = 18;

/// Least significant octet first. @returns the place behind.
template <class Number>
char* put(char* at, Number value) {
    for (std::size_t i = 0; i < sizeof value; ++i)
        *at++ = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
    return at;
}

template <class Clock>
std::uint64_t nanoseconds(std::chrono::time_point<Clock> when) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(when.time_since_epoch()).count());
}

std::array<char, entry_head_octets> head_of(const passed_frame& passed) {
    const auto& frame = *passed.frame;
    std::array<char, entry_head_octets> head{};
    auto* at = put(head.data(), nanoseconds(passed.when));
    at = put(at, static_cast<std::uint32_t>(frame.payload.size()));
    at = put(at, passed.conn);
    *at++ = static_cast<char>(passed.from);
    *at = static_cast<char>((frame.fin ? 0x80U : 0U) | static_cast<unsigned int>(frame.rsv << 4U) |
                            frame.opcode);
    return head;
}

std::string trouble(const std::filesystem::path& path, int reason) {
    return path.string() + ": " + std::generic_category().message(reason);
}

} // namespace

boost::system::result<std::unique_ptr<raw_log>, std::string>
raw_log::open(const std::filesystem::path& path) {
    const auto file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return trouble(path, errno);
    return std::unique_ptr<raw_log>{new raw_log{file, path}};
}

raw_log::raw_log(int file, std::filesystem::path path) : file_{file}, path_{std::move(path)} {
    buffer_.reserve(buffer_octets);
    std::array<char, 16> clocks{};
    auto* const behind = put(clocks.data(), nanoseconds(std::chrono::steady_clock::now()));
    put(behind, nanoseconds(std::chrono::system_clock::now()));
    append(magic);
    append({clocks.data(), clocks.size()});
}

raw_log::~raw_log() {
    flush();
    ::close(file_);
}

void raw_log::take(const passed_frame& passed) {
    const auto payload = passed.frame->payload;
    if (buffer_.size() + entry_head_octets + payload.size() > buffer_octets)
        flush();
    const auto head = head_of(passed);
    append({head.data(), head.size()});
    append(payload);
}

void raw_log::append(std::string_view octets) {
    // A frame that is longer than the buffer makes it grow; flush() gives that back.
    buffer_.insert(buffer_.end(), octets.begin(), octets.end());
}

void raw_log::flush() {
    write({buffer_.data(), buffer_.size()});
    buffer_.clear();
    if (buffer_.capacity() > buffer_octets) {
        buffer_.shrink_to_fit();
        buffer_.reserve(buffer_octets);
    }
}

void raw_log::write(std::string_view octets) {
    while (!octets.empty() && failure_.empty()) {
        const auto size = ::write(file_, octets.data(), octets.size());
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return fail(errno);
        written_ += static_cast<std::uint64_t>(size);
        octets.remove_prefix(static_cast<std::size_t>(size));
    }
    whole_ = failure_.empty() ? written_ : whole_;
}

void raw_log::fail(int reason) {
    failure_ = trouble(path_, reason);
    // Of what did not fit a part may stand there.
    if (::ftruncate(file_, static_cast<::off_t>(whole_)) != 0)
        failure_ += "; its last entry is cut";
}

} // namespace rhombus::net
