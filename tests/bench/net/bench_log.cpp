// bench_log ws|wss PORT TARGET LOGFILE
// Connects to 127.0.0.1, logs each WebSocket frame until the server closes, and prints one line
// of JSON: messages, their octets, seconds and processor seconds from the first one to the end,
// and the largest memory in MiB.
#include "counting_dialect.hpp"

#include <rhombus/net/connection.hpp>
#include <rhombus/net/raw_log.hpp>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <span>
#include <stdexcept>
#include <string_view>
#include <sys/resource.h>

namespace {

using namespace rhombus;

struct wish {
    net::endpoint where;
    std::string log;
};

wish read_arguments(std::span<char*> arguments) {
    if (arguments.size() != 5)
        throw std::runtime_error{"usage: bench_log ws|wss PORT TARGET LOGFILE"};
    const std::string_view port{arguments[2]};
    wish wanted{{.security = std::string_view{arguments[1]} == "wss" ? net::transport::tls
                                                                     : net::transport::clear,
                 .host = "127.0.0.1",
                 .target = arguments[3]},
                arguments[4]};
    std::from_chars(port.data(), port.data() + port.size(), wanted.where.port);
    return wanted;
}

void carry_out(const wish& wanted, bench::counting_dialect& counter) {
    auto opened = net::raw_log::open(wanted.log);
    if (!opened)
        throw std::runtime_error{opened.error()};
    const std::shared_ptr<net::raw_log> log = std::move(*opened);
    transcript::recorder records{[] { return transcript::stamp{}; }, transcript::redactor{}};
    net::context loop;
    // The source's certificate is nobody's.
    const net::connection_options options{
        .on_defect = net::untrusted_peer::go_on_without_credentials, .frames = log};
    net::connection line{loop, wanted.where, options, records};
    line.begin_open(net::stage::secure);
    loop.run();
    line.begin_upgrade({.target = wanted.where.target, .subprotocols = {"v12.stomp"}});
    loop.run();
    if (line.failure())
        throw std::runtime_error{line.failure()->reason.message()};
    line.begin_converse(counter, std::chrono::hours{1},
                        [](const systems::signal&) { return net::pump::go_on; });
    loop.run();
    if (!log->failure().empty())
        throw std::runtime_error{log->failure()};
}

} // namespace

int main(int count, char** arguments) try {
    bench::counting_dialect counter;
    carry_out(read_arguments({arguments, static_cast<std::size_t>(count)}), counter);
    const auto end = bench::moment::now();
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    std::printf("{\"n\": %llu, \"bytes\": %llu, \"wall\": %.6f, \"cpu\": %.6f, "
                "\"rss_mib\": %.1f}\n",
                static_cast<unsigned long long>(counter.messages),
                static_cast<unsigned long long>(counter.octets), end.wall - counter.first.wall,
                end.cpu - counter.first.cpu, static_cast<double>(used.ru_maxrss) / 1024);
    return 0;
} catch (const std::exception& trouble) {
    std::fprintf(stderr, "bench_log: %s\n", trouble.what());
    return 1;
}
