#include "../../../lib/src/net/dial.hpp"
#include "../../../lib/src/net/resolver.hpp"

#include <rhombus/net/error.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <dlfcn.h>
#include <list>
#include <netdb.h>
#include <optional>
#include <semaphore>
#include <span>
#include <string>
#include <vector>

namespace {

std::counting_semaphore released{0};

using getaddrinfo_function = int(const char*, const char*, const addrinfo*, addrinfo**);

/// The C library's own.
int numeric(const char* address, addrinfo** list) {
    static auto* const real =
        reinterpret_cast<getaddrinfo_function*>(dlsym(RTLD_NEXT, "getaddrinfo"));
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST;
    hints.ai_socktype = SOCK_STREAM;
    return real(address, nullptr, &hints, list);
}

/// As a host answers that has several addresses of both families, in this order.
int several(std::span<const char* const> addresses, addrinfo** list) {
    for (const auto* each : addresses) {
        if (const auto code = numeric(each, list); code != 0)
            return code;
        list = &(*list)->ai_next;
    }
    return 0;
}

} // namespace

// Stands before the C library's: never returns for this host while the test runs.
extern "C" int getaddrinfo(const char* host, const char*, const addrinfo*, addrinfo** list) {
    constexpr std::array six_first{"2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1",
                                   "192.0.2.2"};
    constexpr std::array four_first{"192.0.2.1", "192.0.2.2", "2001:db8::1"};
    if (std::string{host} == "six-first.test")
        return several(six_first, list);
    if (std::string{host} == "four-first.test")
        return several(four_first, list);
    if (std::string{host} == "hangs.test")
        released.acquire();
    return std::string{host} == "servfail.test" ? EAI_AGAIN : EAI_NONAME;
}

namespace rhombus::net {
namespace {

using namespace std::chrono_literals;
using tcp = asio::ip::tcp;

/// Notes what is recorded, one word each.
class Shell : public testing::Test {
public:
    template <class Result>
    Result carry_out(asio::awaitable<Result> steps) {
        std::optional<Result> result;
        asio::co_spawn(loop, std::move(steps),
                       [&](const std::exception_ptr&, Result found) { result = std::move(found); });
        loop.restart();
        while (!result)
            loop.run_one(); // The fillers of silent() never end.
        return std::move(*result);
    }

    /// @returns an address whose listener takes no more connections: SYNs are dropped.
    tcp::endpoint silent() {
        auto& listener =
            listeners.emplace_back(loop, tcp::endpoint{asio::ip::address_v4::loopback(), 0});
        listener.listen(0);
        for (int i = 0; i < 3; ++i) {
            auto& filler = fillers.emplace_back(loop);
            filler.async_connect(listener.local_endpoint(), asio::detached);
            loop.restart();
            loop.poll();
        }
        return listener.local_endpoint();
    }
    tcp::endpoint answering() {
        return listeners.emplace_back(loop, tcp::endpoint{asio::ip::address_v4::loopback(), 0})
            .local_endpoint();
    }
    tcp::endpoint refusing() {
        tcp::acceptor gone{loop, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
        return gone.local_endpoint();
    }

    journal log = [this](transcript::origin, const transcript::detail& what) {
        words += (words.empty() ? "" : " ") + std::string{transcript::kind_of(what)};
        if (const auto* failure = std::get_if<transcript::tcp_failed>(&what))
            words += ":" + failure->error;
        if (const auto* failure = std::get_if<transcript::dns_failed>(&what))
            words += ":" + failure->error;
    };
    asio::io_context loop;
    std::list<tcp::acceptor> listeners;
    std::list<tcp::socket> fillers;
    std::string words;
};

TEST_F(Shell, StartsTheNextAddressWhenOneIsSilent) {
    const auto begun = clock::now();
    const auto found = carry_out(dial({silent(), answering()}, begun + 5s, log));

    EXPECT_TRUE(found.socket);
    EXPECT_EQ(words, "tcp.connecting tcp.connecting tcp.connected tcp.failed:abandoned");
    EXPECT_GE(clock::now() - begun, 250ms);
}

TEST_F(Shell, StartsTheNextAddressAtOnceWhenOneRefuses) {
    const auto found = carry_out(dial({refusing(), answering()}, clock::now() + 5s, log));

    EXPECT_TRUE(found.socket);
    EXPECT_EQ(words, "tcp.connecting tcp.failed:refused tcp.connecting tcp.connected");
}

TEST_F(Shell, GivesUpSilentAddressesAtTheDeadline) {
    const auto found = carry_out(dial({silent(), refusing()}, clock::now() + 400ms, log));

    EXPECT_FALSE(found.socket);
    EXPECT_EQ(found.reason, errc::opening_timed_out);
    EXPECT_EQ(words, "tcp.connecting tcp.connecting tcp.failed:refused tcp.failed:timeout");
}

TEST_F(Shell, CannotDialNobody) {
    EXPECT_EQ(carry_out(dial({}, clock::now() + 5s, log)).reason, errc::no_usable_address);
}

TEST_F(Shell, DoesNotWaitForAResolverThatHangs) {
    const endpoint where{.host = "hangs.test"};
    const auto found = carry_out(resolve(where, {}, clock::now() + 100ms, log));

    EXPECT_EQ(found.reason, errc::opening_timed_out);
    EXPECT_EQ(words, "dns.failed:timeout");
    released.release();
}

TEST_F(Shell, TellsAFailingResolverFromAnUnknownName) {
    const endpoint failing{.host = "servfail.test"};
    const endpoint unknown{.host = "unknown.test"};
    carry_out(resolve(failing, {}, clock::now() + 5s, log));
    carry_out(resolve(unknown, {}, clock::now() + 5s, log));

    EXPECT_EQ(words, "dns.failed:temporary-failure dns.failed:not-found");
}

TEST_F(Shell, TriesTheAddressFamiliesInTurn) {
    const auto order = [&](const std::string& host) {
        std::string text;
        const auto found = carry_out(resolve({.host = host}, {}, clock::now() + 5s, log));
        for (const auto& each : found.addresses)
            text += each.to_string() + " ";
        return text;
    };
    EXPECT_EQ(order("six-first.test"), "2001:db8::1 192.0.2.1 2001:db8::2 192.0.2.2 2001:db8::3 ");
    EXPECT_EQ(order("four-first.test"), "192.0.2.1 2001:db8::1 192.0.2.2 ");
}

TEST_F(Shell, RefusesAnOverrideThatIsNoAddress) {
    const endpoint where{.host = "a.test", .port = 1};
    const std::vector<address_override> overrides{{"a.test", 1, "not-an-address"}};

    EXPECT_EQ(carry_out(resolve(where, overrides, clock::now() + 5s, log)).reason,
              errc::no_usable_address);
}

} // namespace
} // namespace rhombus::net
