#pragma once

#include <rhombus/rules/rule.hpp>
#include <rhombus/transcript/history.hpp>

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rhombus::rules::test {

using namespace std::chrono_literals;
using namespace std::string_literals;
using transcript::origin;

/// Writes small transcripts as a server would see them; `at` moves the clock on.
class script {
public:
    static transcript::header_list good_headers(std::string key) {
        return {{"Host", "127.0.0.1:9001"},
                {"Upgrade", "websocket"},
                {"Connection", "Upgrade"},
                {"Sec-WebSocket-Version", "13"},
                {"Sec-WebSocket-Key", std::move(key)},
                {"x-auth-apikey", "‹api-key›"}};
    }
    static transcript::header_list good_headers() {
        return good_headers("AAAAAAAAAAAAAAAAAAAAAA==");
    }

    script() { add(0, origin::tool, transcript::header{.redacted = {"api-key"}}); }

    script& at(std::chrono::nanoseconds when) {
        now_ = when;
        return *this;
    }
    script& tcp() {
        ++conn_;
        return add(conn_, origin::client, transcript::tcp_connected{"127.0.0.1", 9001});
    }
    script& request(std::string target = "/websocket?x-auth-scheme=api-token",
                    transcript::header_list headers = good_headers()) {
        return add(conn_, origin::client,
                   transcript::http_request{.purpose = "upgrade",
                                            .method = "GET",
                                            .target = std::move(target),
                                            .headers = std::move(headers)});
    }
    script& answer(std::uint16_t status = 101) {
        return add(conn_, origin::server,
                   transcript::http_response{.purpose = "upgrade", .status = status});
    }
    script& open() { return tcp().request().answer(); }
    script& client(std::string payload) { return frame(origin::client, 1, std::move(payload)); }
    script& server(std::string payload) { return frame(origin::server, 1, std::move(payload)); }
    script& frame(origin from, std::uint8_t opcode, std::string payload) {
        return frame(from, {.opcode = opcode, .payload = std::move(payload)});
    }
    script& frame(origin from, transcript::ws_frame what) {
        if (from == origin::client && !what.mask)
            what.mask = fmt::format("{:08x}", ++masks_);
        return add(conn_, from, std::move(what));
    }
    script& connect(std::string heart_beat = "10000,10000") {
        return client("CONNECT\naccept-version:1.2\nhost:h\nheart-beat:" + heart_beat + "\n\n\0"s);
    }
    script& connected(std::string heart_beat = "10000,10000") {
        return server("CONNECTED\nversion:1.2\nheart-beat:" + heart_beat + "\n\n\0"s);
    }
    script& subscribe(std::string destination = "/topic/change/org", std::string id = "sub-0") {
        return client("SUBSCRIBE\nid:" + id + "\ndestination:" + destination + "\n\n\0"s);
    }
    script& message(std::string body) {
        return server("MESSAGE\nsubscription:sub-0\nmessage-id:1\n\n" + body + "\0"s);
    }
    script& close(origin from, std::uint16_t code) {
        const std::string payload{static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
        return frame(from, 8, payload);
    }
    script& fin(origin from) {
        return add(conn_, from, transcript::tcp_closed{"127.0.0.1", 9001, "fin"});
    }
    script& stop() {
        return add(0, origin::tool, transcript::note{std::string{transcript::stop_request}});
    }
    script& exit(int code) {
        return add(0, origin::tool, transcript::process_exited{.code = code});
    }
    script& event(std::string line) {
        return add(0, origin::client, transcript::client_event{std::move(line)});
    }
    script& output(std::string stream, std::string line) {
        return add(0, origin::client,
                   transcript::process_output{std::move(stream), std::move(line)});
    }
    script& raw() { return add(conn_, origin::client, transcript::ws_raw{"\xFF", "5.2"}); }
    script& receipt(std::string fault, std::string parameters = "{}") {
        return add(conn_, origin::tool,
                   transcript::fault_injected{.fault = std::move(fault),
                                              .parameters = std::move(parameters)});
    }
    /// Marks how long was looked.
    script& until(std::chrono::nanoseconds when) {
        return at(when).add(0, origin::tool, transcript::note{"end"});
    }

    [[nodiscard]] transcript::run_history read() const {
        return transcript::read_history(records_);
    }

    /// @returns the headers with one of them replaced, or taken away where there is no value.
    static transcript::header_list headers_but(std::string_view name, std::string_view value) {
        auto headers = good_headers();
        std::erase_if(headers, [&](const auto& one) { return one.first == name; });
        if (!value.empty())
            headers.emplace_back(name, value);
        return headers;
    }

private:
    script& add(std::uint32_t conn, origin from, transcript::detail what) {
        records_.push_back({.n = records_.size(),
                            .when = {now_.count(), 0},
                            .conn = conn,
                            .from = from,
                            .what = std::move(what)});
        return *this;
    }

    std::vector<transcript::record> records_;
    std::chrono::nanoseconds now_{0};
    std::uint32_t conn_ = 0;
    std::uint32_t masks_ = 0;
};

} // namespace rhombus::rules::test
