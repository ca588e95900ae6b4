#include "resolver.hpp"

#include "response_head.hpp"

#include <rhombus/net/error.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <mutex>
#include <netdb.h>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <utility>

namespace rhombus::net {
namespace {

namespace ip = asio::ip;
constexpr std::size_t most_addresses = 16;

/// What getaddrinfo's thread and the waiting coroutine share. The thread may outlive everything
/// else, so it reaches the loop only under the lock and only while somebody waits.
struct lookup {
    std::mutex guard;
    std::function<void()> wake; ///< Empty: nobody waits any more.
    bool done = false;
    int code = 0;
    int system_code = 0;
    std::vector<ip::address> addresses;
};

std::optional<ip::address> address_of(const sockaddr& found) {
    if (found.sa_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(found);
        return ip::address_v4{ntohl(v4.sin_addr.s_addr)};
    }
    if (found.sa_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(found);
        ip::address_v6::bytes_type octets{};
        std::ranges::copy(v6.sin6_addr.s6_addr, octets.begin());
        return ip::address_v6{octets, v6.sin6_scope_id};
    }
    return std::nullopt;
}

void run_lookup(const std::string& host, lookup& shared) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const auto code = getaddrinfo(host.c_str(), nullptr, &hints, &list);
    const auto system_code = errno;

    const std::lock_guard lock{shared.guard};
    shared.code = code;
    shared.system_code = system_code;
    for (const auto* each = list; code == 0 && each != nullptr; each = each->ai_next)
        if (const auto found = address_of(*each->ai_addr);
            found && std::ranges::find(shared.addresses, *found) == shared.addresses.end())
            shared.addresses.push_back(*found);
    if (code == 0)
        freeaddrinfo(list);
    shared.done = true;
    if (shared.wake)
        shared.wake();
}

error_code code_of(int code, int system_code) {
    if (code == EAI_SYSTEM)
        return {system_code, boost::system::system_category()};
    if (code == EAI_NONAME)
        return asio::error::host_not_found;
    if (code == EAI_NODATA)
        return asio::error::no_data;
    if (code == EAI_AGAIN)
        return asio::error::host_not_found_try_again;
    if (code == EAI_FAIL)
        return asio::error::no_recovery;
    return {code, asio::error::get_addrinfo_category()};
}

/// Ends the wait in every case, also when the coroutine is destroyed.
struct waiting {
    std::shared_ptr<lookup> shared;
    explicit waiting(std::shared_ptr<lookup> what) : shared{std::move(what)} {}
    waiting(const waiting&) = delete;
    waiting& operator=(const waiting&) = delete;
    ~waiting() {
        const std::lock_guard lock{shared->guard};
        shared->wake = nullptr;
    }
};

/// @returns the addresses with the families in turn, beginning with that of the first one; within a
/// family they keep their order. Spec: RFC 8305 section 4.
std::vector<ip::address> interleave(const std::vector<ip::address>& sorted) {
    std::vector<ip::address> first;
    std::vector<ip::address> other;
    for (const auto& each : sorted)
        (each.is_v6() == sorted.front().is_v6() ? first : other).push_back(each);
    std::vector<ip::address> turns;
    for (std::size_t i = 0; i < std::max(first.size(), other.size()); ++i) {
        if (i < first.size())
            turns.push_back(first[i]);
        if (i < other.size())
            turns.push_back(other[i]);
    }
    return turns;
}

asio::awaitable<resolution> ask_system(std::string host, time_point deadline) {
    const auto loop = co_await asio::this_coro::executor;
    auto timer = std::make_shared<asio::steady_timer>(loop, deadline);
    auto shared = std::make_shared<lookup>();
    shared->wake = [loop, timer] { asio::post(loop, [timer] { timer->cancel(); }); };
    const waiting until_end{shared};
    std::thread{[shared, host] { run_lookup(host, *shared); }}.detach();
    co_await timer->async_wait(as_result);

    const std::lock_guard lock{shared->guard};
    if (!shared->done)
        co_return resolution{errc::opening_timed_out, {}};
    if (shared->code != 0)
        co_return resolution{code_of(shared->code, shared->system_code), {}};
    if (shared->addresses.empty())
        co_return resolution{errc::no_usable_address, {}};
    auto addresses = interleave(shared->addresses);
    if (addresses.size() > most_addresses)
        addresses.resize(most_addresses);
    co_return resolution{{}, std::move(addresses)};
}

resolution literal(const std::string& text) {
    error_code malformed;
    const auto address = ip::make_address(text, malformed);
    if (malformed)
        return {errc::no_usable_address, {}};
    return {{}, {address}};
}

std::optional<std::string> overriding(const endpoint& where,
                                      std::span<const address_override> overrides) {
    for (const auto& each : overrides)
        if (same_word(each.host, where.host) && each.port == where.port)
            return each.address;
    return std::nullopt;
}

std::string word_for(error_code reason) {
    if (reason == asio::error::host_not_found)
        return "not-found";
    if (reason == asio::error::no_data || reason == errc::no_usable_address)
        return "no-address";
    if (reason == asio::error::host_not_found_try_again)
        return "temporary-failure";
    if (reason == errc::opening_timed_out)
        return "timeout";
    return reason.message();
}

void write_down(const resolution& found, const std::string& host, const journal& log) {
    if (found.reason)
        return log(transcript::origin::tool, transcript::dns_failed{host, word_for(found.reason)});
    transcript::dns_resolved record{host, {}};
    for (const auto& each : found.addresses)
        record.addresses.push_back(each.to_string());
    log(transcript::origin::tool, std::move(record));
}

} // namespace

asio::awaitable<resolution> resolve(const endpoint& where,
                                    std::span<const address_override> overrides,
                                    time_point deadline, const journal& log) {
    resolution found;
    if (const auto forced = overriding(where, overrides))
        found = literal(*forced);
    else if (auto own = literal(where.host); !own.reason)
        found = std::move(own);
    else
        found = co_await ask_system(where.host, deadline);
    write_down(found, where.host, log);
    co_return found;
}

} // namespace rhombus::net
