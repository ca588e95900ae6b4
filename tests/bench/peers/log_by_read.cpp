// log_by_read ws|wss PORT TARGET LOGFILE
// The limit for bench_log: blocking reads into one large buffer, WebSocket frames cut in place and
// logged with the time of the read. It trusts the server: no UTF-8, no fragments, no pings, no
// rule of RFC 6455.
#include "clear_or_tls.hpp"
#include "frame_file.hpp"

#include <cstdio>
#include <cstring>
#include <exception>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace rhombus::bench {
namespace {

constexpr std::uint8_t text = 0x81;
constexpr std::uint8_t close = 0x88;

/// A server's frame in front of the octets; size 0 when it is not all there.
struct cut_frame {
    std::uint8_t first = 0;
    std::string_view payload;
    std::size_t size = 0;
};

std::uint64_t number(std::string_view octets) {
    std::uint64_t value = 0;
    for (const auto octet : octets)
        value = value << 8U | static_cast<std::uint8_t>(octet);
    return value;
}

/// RFC 6455 section 5.2, without mask.
cut_frame first_frame(std::string_view octets) {
    if (octets.size() < 2)
        return {};
    const auto short_length = static_cast<std::uint8_t>(octets[1]);
    const std::size_t more = short_length < 126 ? 0 : short_length == 126 ? 2 : 8;
    const auto head = 2 + more;
    if (octets.size() < head)
        return {};
    const auto length = more == 0 ? short_length : number(octets.substr(2, more));
    if (octets.size() - head < length)
        return {};
    return {static_cast<std::uint8_t>(octets.front()), octets.substr(head, length), head + length};
}

/// One buffer: what is read joins what was left over.
class block_buffer {
public:
    /// @returns all octets that wait. @throws std::runtime_error when the server is gone.
    std::string_view fill(clear_or_tls& line) {
        if (held_ == octets_.size())
            octets_.resize(2 * octets_.size());
        const auto came = line.read(std::span{octets_}.subspan(held_));
        if (came == 0)
            throw std::runtime_error{"the server went without a Close"};
        held_ += came;
        return octets();
    }
    [[nodiscard]] std::string_view octets() const { return {octets_.data(), held_}; }
    void keep(std::string_view rest) {
        std::memmove(octets_.data(), rest.data(), rest.size());
        held_ = rest.size();
    }

private:
    std::vector<char> octets_ = std::vector<char>(std::size_t{256} << 10U);
    std::size_t held_ = 0;
};

void upgrade(clear_or_tls& line, block_buffer& buffer, const std::string& target) {
    line.write("GET " + target +
               " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: v12.stomp\r\n"
               "Sec-WebSocket-Key: cmhvbWJ1cy1iZW5jaG1hcg==\r\n\r\n");
    std::string_view head;
    auto end = std::string_view::npos;
    while (end == std::string_view::npos) {
        head = buffer.fill(line);
        end = head.find("\r\n\r\n");
    }
    if (!head.starts_with("HTTP/1.1 101"))
        throw std::runtime_error{"expected 101, got " + std::string{head.substr(0, end)}};
    buffer.keep(head.substr(end + 4));
}

enum class state : std::uint8_t { open, closed };

/// Logs the whole frames and takes them away.
state log_frames(std::string_view& octets, frame_file& log) {
    const auto now = clock::now();
    for (auto frame = first_frame(octets); frame.size != 0; frame = first_frame(octets)) {
        octets.remove_prefix(frame.size);
        if (frame.first == close)
            return state::closed;
        if (frame.first != text)
            throw std::runtime_error{"expected whole text messages"};
        log.add(frame.payload, now);
    }
    return state::open;
}

void run(std::span<char*> arguments) {
    if (arguments.size() != 5)
        throw std::runtime_error{"usage: log_by_read ws|wss PORT TARGET LOGFILE"};
    const auto how = std::string_view{arguments[1]} == "wss" ? security::tls : security::clear;
    clear_or_tls line{how, static_cast<std::uint16_t>(std::stoul(arguments[2]))};
    block_buffer buffer;
    upgrade(line, buffer, arguments[3]);
    frame_file log{arguments[4]};
    auto octets = buffer.octets();
    while (log_frames(octets, log) == state::open) {
        buffer.keep(octets);
        octets = buffer.fill(line);
    }
    log.summarize();
}

} // namespace
} // namespace rhombus::bench

int main(int count, char** arguments) {
    try {
        rhombus::bench::run({arguments, static_cast<std::size_t>(count)});
    } catch (const std::exception& trouble) {
        std::fprintf(stderr, "log_by_read: %s\n", trouble.what());
        return 1;
    }
    return 0;
}
