#include "pump.hpp"

#include "accept_key.hpp"
#include "flusher.hpp"
#include "frame_tap.hpp"
#include "incoming.hpp"
#include "time_limit.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <openssl/rand.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <stdexcept>
#include <utility>

namespace rhombus::net {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

// What Beast asks of the layer below it at the end. TCP is ended by part(), which writes it down.
template <class Token>
void async_teardown(beast::role_type, octet_stream& octets, Token&& token) {
    asio::post(octets.get_executor(),
               [done = std::forward<Token>(token)]() mutable { done(error_code{}); });
}
inline void beast_close_socket(octet_stream& octets) {
    octets.drop();
}

namespace {

using transcript::origin;
using websocket_key = rhombus::websocket::remasker::masking_key;
constexpr std::size_t longest_message = std::size_t{16} << 20U;
constexpr std::chrono::seconds parting_patience{2};
constexpr std::chrono::milliseconds shortest_wait{1};
/// After a longer pause, what has piled up in the socket is read before the dialect looks at the
/// clock: else it would take the pause for the server's silence.
constexpr std::chrono::milliseconds long_pause{200};
constexpr std::chrono::milliseconds catch_up{20};
constexpr std::uint16_t bad_gateway = 1014;

/// Stands in for the server while Beast makes its own opening handshake: the real one is done and
/// checked already. @returns nothing until the request is whole, then a 101.
octet_stream::stand_in agree() {
    return [request = std::string{}](std::string_view written) mutable {
        constexpr std::string_view field = "Sec-WebSocket-Key: ";
        request += written;
        if (!request.ends_with("\r\n\r\n"))
            return std::string{};
        const auto begin = request.find(field) + field.size();
        const auto key = request.substr(begin, request.find('\r', begin) - begin);
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Accept: " +
               accept_key(key) + "\r\n\r\n";
    };
}

/// An unfragmented, masked Close frame; the key may be any.
std::string close_frame(std::uint16_t code) {
    return {'\x88', '\x82', 0, 0, 0, 0, static_cast<char>(code >> 8U), static_cast<char>(code)};
}

/// RFC 6455 section 5.3: from a source that no server can foresee.
websocket_key random_key() {
    websocket_key key{};
    if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1)
        throw std::runtime_error{"OpenSSL has no random octets for a masking key"};
    return key;
}

systems::opcode opcode_of(const rhombus::websocket::message_view& message) {
    return message.kind == rhombus::websocket::message_kind::text ? systems::opcode::text
                                                                  : systems::opcode::binary;
}

bool ended(const octet_stream& octets) {
    return !octets.raw().ended_by().empty();
}

} // namespace

asio::awaitable<void> part(octet_stream& octets, const journal& log, time_point deadline) {
    {
        const time_limit limit{octets.get_executor(), deadline, [&octets] { octets.drop(); }};
        if (octets.tls() != nullptr && !ended(octets))
            co_await octets.tls()->async_shutdown(as_result);
        std::vector<char> ignored(std::size_t{16} << 10U);
        while (!ended(octets)) {
            const auto [failure, size] =
                co_await octets.raw().async_read_some(asio::buffer(ignored), as_result);
            if (failure)
                break;
        }
    }
    octets.drop();
    transcript::tcp_closed record;
    record.by = ended(octets) ? octets.raw().ended_by() : "timeout";
    log(ended(octets) ? origin::server : origin::client, std::move(record));
}

/// A message that waits for the dialect.
struct heard_message {
    systems::opcode op = systems::opcode::text;
    std::string octets;
};

struct dialogue::state : std::enable_shared_from_this<state> {
    state(std::shared_ptr<octet_stream> stream, frame_watch watch,
          std::chrono::milliseconds longest_write)
        : octets{std::move(stream)}, write_limit{longest_write}, log{watch.log},
          frames_to_disk{octets->get_executor(), watch.frames}, tap{std::move(watch)}, ws{*octets},
          wake{octets->get_executor()}, window{wake.get_executor()}, parted{wake.get_executor()},
          give_up{wake.get_executor()} {}

    std::shared_ptr<octet_stream> octets;
    std::chrono::milliseconds write_limit;
    journal log;
    flusher frames_to_disk;
    frame_tap tap;
    incoming messages{longest_message, [this](const auto& message) { hear(message); }};
    std::deque<heard_message> in_line; ///< Came while nobody listened; reading waits for them.
    websocket::stream<octet_stream&, false> ws;
    asio::steady_timer wake; ///< Cancelled: write_loop looks again.
    asio::steady_timer window;
    asio::steady_timer parted; ///< Cancelled: TCP has ended.
    asio::steady_timer give_up;

    systems::dialect* speaker = nullptr;
    connection::on_signal callback;
    std::function<void()> done;
    bool begun = false;   ///< The loops run, the dialect has been started.
    bool talking = false; ///< Between begin() and done().
    bool behind = false;  ///< begin() came after a long pause.
    time_point paused_at;
    time_point read_at;   ///< When the block came that is being taken apart.
    bool closing = false; ///< close() was asked for.
    bool gone = false;    ///< TCP has ended and that is written down.
    bool told = false;    ///< The dialect knows that the transport has ended.
    error_code reason;    ///< Why the transport ended; the first one wins.
    error_code write_trouble;

    void finish();
    void deliver();
    [[nodiscard]] std::string take_block(std::string_view block, std::uint64_t number);
    void show_sent(std::string_view written, std::uint64_t number);
    void hear(const rhombus::websocket::message_view& message);
    void hear_line();
    asio::awaitable<void> read_loop();
    asio::awaitable<void> end_reading(error_code failure);
    [[nodiscard]] error_code true_reason(error_code failure) const;
    asio::awaitable<void> write_loop();
    asio::awaitable<void> speak();
    asio::awaitable<error_code> put(const systems::output& message);
    asio::awaitable<void> send(systems::output message);
    [[nodiscard]] time_point next_look() const;
};

void dialogue::state::finish() {
    if (!std::exchange(talking, false))
        return;
    paused_at = clock::now();
    window.cancel();
    frames_to_disk.flush();
    callback = nullptr;
    if (const auto tell = std::exchange(done, nullptr))
        tell();
}

/// Hands the dialect's signals on until the callback has enough.
void dialogue::state::deliver() {
    while (talking) {
        const auto signal = speaker->next_signal();
        if (!signal)
            return;
        if (callback(*signal) == net::pump::pause)
            finish();
    }
}

/// Takes what was read at once. @returns what Beast shall read of it.
std::string dialogue::state::take_block(std::string_view block, std::uint64_t number) {
    read_at = clock::now();
    tap.see_received(block, number, messages);
    if (tap.close_code() == bad_gateway)
        octets->replace_close(close_frame(bad_gateway));
    if (!in_line.empty())
        octets->hold();
    frames_to_disk.note_frames();
    wake.cancel();
    return messages.take_control();
}

void dialogue::state::show_sent(std::string_view written, std::uint64_t number) {
    tap.see_sent(written, number);
    frames_to_disk.note_frames();
}

void dialogue::state::hear(const rhombus::websocket::message_view& message) {
    if (closing)
        return;
    if (!talking || !in_line.empty()) {
        in_line.push_back({opcode_of(message), std::string{message.payload}});
        return;
    }
    speaker->receive(opcode_of(message), message.payload, read_at);
    deliver();
}

/// Hands on what came while nobody listened; then reading goes on.
void dialogue::state::hear_line() {
    while (talking && !in_line.empty()) {
        const auto message = std::move(in_line.front());
        in_line.pop_front();
        speaker->receive(message.op, message.octets, clock::now());
        deliver();
    }
    if (in_line.empty())
        octets->go_on();
}

// Both loops run on one strand and live as long as the WebSocket; outside of begin() and done()
// they let the dialect alone. Only write_loop writes, and Beast its pongs.
asio::awaitable<void> dialogue::state::read_loop() {
    const auto alive = shared_from_this();
    std::string none; // Beast is shown no messages: its read lasts until the end.
    auto buffer = asio::dynamic_buffer(none);
    const auto [failure, size] = co_await ws.async_read(buffer, as_result);
    co_await end_reading(failure);
}

/// @returns why reading failed, where Beast or Linux say it less well.
error_code dialogue::state::true_reason(error_code failure) const {
    // The server's 1014 is a good Close code that Beast 1.81 does not know.
    if (failure == websocket::error::bad_close_code && tap.close_code() == bad_gateway)
        return websocket::error::closed;
    // After a write has been told of a reset, reading finds an ordinary end.
    if (failure == asio::error::eof && octets->raw().ended_by() == "rst")
        return asio::error::connection_reset;
    return failure == asio::error::operation_aborted && write_trouble ? write_trouble : failure;
}

asio::awaitable<void> dialogue::state::end_reading(error_code failure) {
    // A reset may have been told to the write under way: that has its turn first.
    co_await asio::post(wake.get_executor(), asio::use_awaitable);
    if (!reason)
        reason = true_reason(failure);
    if (!closing) {
        co_await part(*octets, log, clock::now() + parting_patience);
        tap.finish();
        frames_to_disk.flush();
        gone = true;
        parted.cancel();
    }
    wake.cancel();
}

asio::awaitable<void> dialogue::state::write_loop() {
    const auto alive = shared_from_this();
    while (!told && !closing) {
        if (talking)
            hear_line();
        if (talking && std::exchange(behind, false)) {
            wake.expires_after(catch_up);
            co_await wake.async_wait(as_result);
        }
        if (talking)
            co_await speak();
        if (told || closing)
            break;
        wake.expires_at(next_look());
        co_await wake.async_wait(as_result);
    }
}

time_point dialogue::state::next_look() const {
    if (talking && (gone || !in_line.empty()))
        return time_point::min(); // The dialect is still to be told.
    if (!talking || reason)
        return time_point::max();
    // A deadline that has passed must not keep the others from their turn.
    return std::max(speaker->deadline().value_or(time_point::max()), clock::now() + shortest_wait);
}

asio::awaitable<void> dialogue::state::speak() {
    deliver();
    if (!talking)
        co_return;
    if (gone) {
        told = true;
        speaker->transport_ended(reason);
    } else if (!reason) {
        speaker->tick(clock::now());
    }
    deliver();
    while (speaker != nullptr && (talking || speaker->finished()) && !reason && !write_trouble) {
        auto message = speaker->next_output();
        if (!message)
            break;
        co_await send(std::move(*message));
    }
    if (talking && speaker->finished())
        deliver();
    if (talking && (told || speaker->finished()))
        finish();
}

asio::awaitable<error_code> dialogue::state::put(const systems::output& message) {
    if (message.op == systems::opcode::ping) {
        const websocket::ping_data payload{message.octets};
        const auto [failure] = co_await ws.async_ping(payload, as_result);
        co_return failure;
    }
    ws.binary(message.op == systems::opcode::binary);
    const auto [failure, size] = co_await ws.async_write(asio::buffer(message.octets), as_result);
    co_return failure;
}

asio::awaitable<void> dialogue::state::send(systems::output message) {
    auto failure = error_code{};
    {
        const time_limit limit{wake.get_executor(), clock::now() + write_limit,
                               [this] { octets->drop(); }};
        failure = co_await put(message);
        if (failure && limit.expired())
            failure = asio::error::timed_out;
    }
    if (!failure)
        co_return;
    // What the server said before it went may still wait to be read: reading ends the connection,
    // for a bounded time.
    write_trouble = failure;
    log(origin::tool, transcript::note{"the last write failed: " + failure.message()});
    give_up.expires_after(parting_patience);
    give_up.async_wait([octets = octets](error_code cancelled) {
        if (!cancelled)
            octets->drop();
    });
}

dialogue::dialogue(std::shared_ptr<octet_stream> octets, frame_watch watch,
                   std::chrono::milliseconds write_limit)
    : state_{std::make_shared<state>(std::move(octets), std::move(watch), write_limit)} {}

dialogue::~dialogue() {
    abandon();
}

asio::awaitable<error_code> dialogue::take_over(std::string behind) {
    const auto self = state_;
    auto& octets = *self->octets;
    behind += octets.take_waiting();
    octets.divert(agree());
    self->ws.read_message_max(longest_message);
    self->ws.auto_fragment(false);
    const auto [failure] = co_await self->ws.async_handshake("localhost", "/", as_result);
    // They live as long as the stream, which these loops use: they hold no owner.
    const std::weak_ptr weak{self};
    octets.receive_with([weak](std::string_view block, std::uint64_t number) {
        const auto here = weak.lock();
        return here ? here->take_block(block, number) : std::string{};
    });
    octets.show_sent([weak](std::string_view written, std::uint64_t number) {
        if (const auto here = weak.lock())
            here->show_sent(written, number);
    });
    octets.mask_anew(random_key);
    if (!behind.empty())
        octets.put_back(self->take_block(behind, octets.reads()));
    co_return failure;
}

void dialogue::begin(systems::dialect& speaker, std::chrono::milliseconds window,
                     connection::on_signal callback, std::function<void()> done) {
    auto& here = *state_;
    here.speaker = &speaker;
    here.callback = std::move(callback);
    here.done = std::move(done);
    here.talking = true;
    here.window.expires_after(window);
    here.window.async_wait([self = state_](error_code cancelled) {
        if (!cancelled)
            self->finish();
    });
    if (here.told || here.closing) { // The loops have ended.
        asio::post(here.wake.get_executor(), [self = state_] { self->finish(); });
        return;
    }
    if (here.begun) {
        here.behind = !here.gone && clock::now() - here.paused_at > long_pause;
        here.wake.cancel();
        return;
    }
    here.begun = true;
    speaker.start(clock::now());
    asio::co_spawn(here.wake.get_executor(), here.read_loop(), rethrow);
    asio::co_spawn(here.wake.get_executor(), here.write_loop(), rethrow);
}

void dialogue::pause() {
    state_->finish();
}

asio::awaitable<void> dialogue::close(std::uint16_t code, time_point deadline) {
    const auto self = state_;
    self->finish();
    if (self->reason) { // read_loop ends the connection already.
        self->parted.expires_at(deadline);
        while (!self->gone && clock::now() < deadline)
            co_await self->parted.async_wait(as_result);
        co_return;
    }
    self->closing = true;
    self->in_line.clear();
    self->octets->go_on();
    self->wake.cancel();
    {
        const time_limit limit{self->wake.get_executor(), deadline,
                               [self] { self->octets->drop(); }};
        co_await self->ws.async_close(websocket::close_reason{code}, as_result);
    }
    co_await part(*self->octets, self->log, deadline);
    self->tap.finish();
    self->frames_to_disk.flush();
    self->gone = true;
    if (!self->reason)
        self->reason = websocket::error::closed;
}

void dialogue::abandon() {
    state_->talking = false;
    state_->closing = true;
    state_->speaker = nullptr;
    state_->callback = nullptr;
    state_->done = nullptr;
    state_->octets->drop();
}

bool dialogue::open() const noexcept {
    return !state_->reason && !state_->closing;
}

} // namespace rhombus::net
