#pragma once

#include "certificates.hpp"
#include "scripted_dialect.hpp"
#include "scripted_server.hpp"

#include <rhombus/net/connection.hpp>
#include <rhombus/net/context.hpp>
#include <rhombus/net/error.hpp>
#include <rhombus/transcript/recorder.hpp>
#include <rhombus/transcript/redactor.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rhombus::test {

/// One connection to one scripted server, with all that it records.
class OneConnection : public testing::Test {
public:
    OneConnection() {
        log.add_sink([this](const transcript::record& each) { records.push_back(each); });
        std::filesystem::create_directories(folder);
    }
    ~OneConnection() override { std::filesystem::remove_all(folder); }

    net::connection& connect_to(std::uint16_t port, net::transport security) {
        const net::endpoint where{.security = security, .host = "127.0.0.1", .port = port};
        line = std::make_unique<net::connection>(loop, where, options, log);
        return *line;
    }

    net::connection& open(std::uint16_t port, net::transport security = net::transport::clear) {
        connect_to(port, security).begin_open(net::stage::secure);
        loop.run();
        return *line;
    }

    /// Opens and asks for `/websocket`.
    net::connection& upgrade(std::uint16_t port, net::transport security = net::transport::clear) {
        open(port, security).begin_upgrade(request);
        loop.run();
        return *line;
    }

    /// @returns the kinds recorded, in order.
    [[nodiscard]] std::string kinds() const {
        std::string text;
        for (const auto& each : records)
            text += (text.empty() ? "" : " ") + std::string{transcript::kind_of(each.what)};
        return text;
    }

    /// @returns the first record of that kind, which must be there.
    template <class Detail>
    [[nodiscard]] const Detail& the() const {
        for (const auto& each : records)
            if (const auto* found = std::get_if<Detail>(&each.what))
                return *found;
        ADD_FAILURE() << "no such record among " << kinds();
        static const Detail none{};
        return none;
    }

    /// @returns `side opcode payload` of the WebSocket frames of that side; empty: of both.
    [[nodiscard]] std::vector<std::string> frames(const std::string& side) const {
        std::vector<std::string> found;
        for (const auto& each : records)
            if (const auto* frame = std::get_if<transcript::ws_frame>(&each.what)) {
                const std::string from =
                    each.from == transcript::origin::server ? "server" : "client";
                if (side.empty() || side == from)
                    found.push_back(from + " " + std::to_string(frame->opcode) + " " +
                                    frame->payload);
            }
        return found;
    }

    [[nodiscard]] std::string closed_by() const {
        for (const auto& each : records)
            if (const auto* end = std::get_if<transcript::tcp_closed>(&each.what))
                return (each.from == transcript::origin::server ? "server " : "client ") + end->by;
        return "nobody";
    }

    std::vector<transcript::record> records;
    transcript::recorder log{[] { return transcript::stamp{}; }, transcript::redactor{}};
    net::connection_options options;
    net::upgrade_request request{.target = "/websocket"};
    net::context loop;
    std::unique_ptr<net::connection> line;
    std::filesystem::path folder =
        std::filesystem::path{testing::TempDir()} / ("rhombus-net-" + std::to_string(::getpid()));
};

inline net::stage_failure failed(net::stage at, boost::system::error_code reason) {
    return {at, reason};
}

} // namespace rhombus::test

namespace rhombus::net {

inline bool operator==(const stage_failure& left, const stage_failure& right) {
    return left.at == right.at && left.reason == right.reason;
}
inline void PrintTo(const stage_failure& failure, std::ostream* out) {
    *out << "stage " << static_cast<int>(failure.at) << ": " << failure.reason << " ("
         << failure.reason.message() << ")";
}

} // namespace rhombus::net
