#include "upgrade.hpp"

#include "accept_key.hpp"
#include "excerpt.hpp"
#include "response_body.hpp"
#include "response_head.hpp"
#include "time_limit.hpp"

#include <rhombus/net/error.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <utility>
#include <variant>

namespace rhombus::net {
namespace {

using transcript::origin;
constexpr std::size_t longest_body = std::size_t{64} << 10U;
constexpr std::chrono::seconds body_patience{3};
constexpr std::size_t excerpt_octets = 64;

transcript::header_list headers_of(const endpoint& where, const upgrade_request& request,
                                   const std::string& handshake_key) {
    transcript::header_list headers{{"Host", authority(where)},
                                    {"Upgrade", "websocket"},
                                    {"Connection", "Upgrade"},
                                    {"Sec-WebSocket-Key", handshake_key},
                                    {"Sec-WebSocket-Version", "13"}};
    std::string offered;
    for (const auto& each : request.subprotocols)
        offered += (offered.empty() ? "" : ", ") + each;
    if (!offered.empty())
        headers.emplace_back("Sec-WebSocket-Protocol", offered);
    std::ranges::copy(request.headers, std::back_inserter(headers));
    std::ranges::copy(request.credentials, std::back_inserter(headers));
    return headers;
}

bool token_octet(char c) noexcept {
    return c > ' ' && c < '\x7f' &&
           std::string_view{"\"(),/:;<=>?@[\\]{}"}.find(c) == std::string_view::npos;
}

bool value_octet(char c) noexcept {
    return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
}

/// No octet of ours may end a line early: that would make another request of it.
bool sendable(const std::string& target, const transcript::header_list& headers) {
    return !target.empty() &&
           std::ranges::all_of(target, [](char c) { return c > ' ' && c < '\x7f'; }) &&
           std::ranges::all_of(headers, [](const auto& field) {
               return !field.first.empty() && std::ranges::all_of(field.first, token_octet) &&
                      std::ranges::all_of(field.second, value_octet);
           });
}

std::string request_text(const std::string& target, const transcript::header_list& headers) {
    auto text = "GET " + target + " HTTP/1.1\r\n";
    for (const auto& [name, value] : headers)
        text.append(name).append(": ").append(value).append("\r\n");
    return text + "\r\n";
}

struct answer {
    error_code reason;
    response_head head;
    std::string behind;
};

/// The conversation up to the final response head.
class exchange {
public:
    exchange(octet_stream& octets, const journal& log) : octets_{octets}, log_{log} {}

    [[nodiscard]] asio::awaitable<answer> read_head() {
        std::string piece;
        for (;;) {
            auto found = reader_.feed(piece);
            if (auto* head = std::get_if<response_head>(&found)) {
                if (head->status >= 200 || head->status == 101)
                    co_return answer{{}, std::move(*head), reader_.take_rest()};
                log_(origin::server,
                     transcript::note{"informational response " + std::to_string(head->status)});
                piece = reader_.take_rest();
                if (++skipped_ <= most_skipped)
                    continue;
                found = head_reader::trouble::too_long;
            }
            if (std::holds_alternative<head_reader::trouble>(found))
                co_return malformed();
            const auto failure = co_await read_more(piece);
            if (failure)
                co_return answer{failure, {}, {}};
        }
    }

    /// Reads a refusal's body into `body` as far as it comes.
    [[nodiscard]] asio::awaitable<void> read_body(body_reader& body) {
        std::string piece;
        while (!body.done()) {
            const auto failure = co_await read_more(piece);
            if (failure)
                break;
            body.feed(piece);
        }
    }

private:
    static constexpr int most_skipped = 32;

    answer malformed() {
        const auto seen = std::string_view{reader_.rest()}.substr(0, excerpt_octets);
        log_(origin::server, transcript::note{"the answer begins " + excerpt(seen)});
        return {errc::handshake_malformed, {}, {}};
    }

    asio::awaitable<error_code> read_more(std::string& piece) {
        const auto [failure, size] =
            co_await octets_.async_read_some(asio::buffer(block_), as_result);
        piece.assign(block_.data(), size);
        if (size > 0)
            answered_ = true;
        const auto end =
            failure == asio::error::eof || failure == asio::ssl::error::stream_truncated;
        co_return end && !answered_ ? error_code{errc::closed_without_answer} : failure;
    }

    octet_stream& octets_;
    const journal& log_;
    head_reader reader_;
    std::vector<char> block_ = std::vector<char>(std::size_t{16} << 10U);
    int skipped_ = 0;
    bool answered_ = false;
};

void write_response(const journal& log, const std::string& purpose, const response_head& head,
                    const body_reader& body) {
    log(origin::server,
        transcript::http_response{purpose, head.status, head.headers, body.body(), body.octets()});
}

asio::awaitable<void> keep_refusal(octet_stream& octets, exchange& dialogue, const answer& refusal,
                                   const std::string& purpose, const journal& log) {
    body_reader body{refusal.head, longest_body};
    body.feed(refusal.behind);
    const time_limit limit{octets.get_executor(), clock::now() + body_patience,
                           [&octets] { octets.drop(); }};
    co_await dialogue.read_body(body);
    write_response(log, purpose, refusal.head, body);
}

} // namespace

error_code check_agreement(const response_head& head, const std::string& handshake_key,
                           const std::vector<std::string>& offered) {
    if (!head.has_word("Upgrade", "websocket") || !head.has_word("Connection", "upgrade"))
        return errc::upgrade_not_confirmed;
    const auto accepts = head.find_all("Sec-WebSocket-Accept");
    if (accepts.size() != 1 || accepts.front() != accept_key(handshake_key))
        return errc::accept_key_wrong;
    if (!head.find_all("Sec-WebSocket-Extensions").empty())
        return errc::extension_not_offered;
    const auto chosen = head.find_all("Sec-WebSocket-Protocol");
    const auto known =
        chosen.size() == 1 && std::ranges::find(offered, chosen.front()) != offered.end();
    return chosen.empty() || known ? error_code{} : errc::subprotocol_not_offered;
}

asio::awaitable<upgraded> upgrade(octet_stream& octets, const endpoint& where,
                                  upgrade_request request, time_point deadline, journal log) {
    const auto handshake_key = new_handshake_key();
    const auto headers = headers_of(where, request, handshake_key);
    if (!sendable(request.target, headers))
        co_return upgraded{errc::request_not_sendable, {}};

    const time_limit limit{octets.get_executor(), deadline, [&octets] { octets.drop(); }};
    const auto reason = [&](error_code failure) {
        return limit.expired() ? error_code{errc::opening_timed_out} : failure;
    };
    log(origin::client,
        transcript::http_request{request.purpose, "GET", request.target, headers, {}, 0});
    const auto text = request_text(request.target, headers);
    // A server may answer and close before it has read all: what it said is still to be read.
    const auto [unsent, size] = co_await asio::async_write(octets, asio::buffer(text), as_result);
    exchange dialogue{octets, log};
    const auto reply = co_await dialogue.read_head();
    if (reply.reason)
        co_return upgraded{reason(unsent ? unsent : reply.reason), {}};
    if (reply.head.status != 101) {
        co_await keep_refusal(octets, dialogue, reply, request.purpose, log);
        co_return upgraded{errc::handshake_refused, {}};
    }
    write_response(log, request.purpose, reply.head,
                   body_reader{{.status = 204, .headers = {}}, 0});
    co_return upgraded{check_agreement(reply.head, handshake_key, request.subprotocols),
                       reply.behind};
}

} // namespace rhombus::net
