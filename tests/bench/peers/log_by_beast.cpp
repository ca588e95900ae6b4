// log_by_beast ws|wss PORT TARGET LOGFILE
// The peer of bench_log: Boost.Beast used as its synchronous examples do, each message logged with
// the time at which it was read.
#include "frame_file.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include <cstdio>
#include <exception>
#include <span>
#include <stdexcept>
#include <string>

namespace rhombus::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;

struct wish {
    tcp::endpoint where;
    std::string target;
    std::string log;
};

template <typename Stream>
void log_all(websocket::stream<Stream>& line, const wish& wanted) {
    line.set_option(websocket::stream_base::decorator([](websocket::request_type& request) {
        request.set(beast::http::field::sec_websocket_protocol, "v12.stomp");
    }));
    line.handshake("127.0.0.1:" + std::to_string(wanted.where.port()), wanted.target);
    frame_file log{wanted.log};
    beast::flat_buffer message;
    beast::error_code end;
    for (line.read(message, end); !end; line.read(message, end)) {
        const auto octets = message.cdata();
        log.add({static_cast<const char*>(octets.data()), octets.size()}, clock::now());
        message.clear();
    }
    if (end != websocket::error::closed)
        throw std::runtime_error{end.message()};
    log.summarize();
}

void log_clear(const wish& wanted) {
    asio::io_context loop;
    websocket::stream<tcp::socket> line{loop};
    line.next_layer().connect(wanted.where);
    log_all(line, wanted);
}

void log_tls(const wish& wanted) {
    asio::io_context loop;
    // The source's certificate is nobody's, so it is not verified.
    asio::ssl::context tls{asio::ssl::context::tls_client};
    websocket::stream<beast::ssl_stream<tcp::socket>> line{loop, tls};
    line.next_layer().next_layer().connect(wanted.where);
    line.next_layer().handshake(asio::ssl::stream_base::client);
    log_all(line, wanted);
}

void run(std::span<char*> arguments) {
    if (arguments.size() != 5)
        throw std::runtime_error{"usage: log_by_beast ws|wss PORT TARGET LOGFILE"};
    const auto port = static_cast<std::uint16_t>(std::stoul(arguments[2]));
    const wish wanted{{asio::ip::address_v4::loopback(), port}, arguments[3], arguments[4]};
    if (std::string_view{arguments[1]} == "wss")
        log_tls(wanted);
    else
        log_clear(wanted);
}

} // namespace
} // namespace rhombus::bench

int main(int count, char** arguments) {
    try {
        rhombus::bench::run({arguments, static_cast<std::size_t>(count)});
    } catch (const std::exception& trouble) {
        std::fprintf(stderr, "log_by_beast: %s\n", trouble.what());
        return 1;
    }
    return 0;
}
