#pragma once

#include <rhombus/account/settings.hpp>
#include <rhombus/net/connection.hpp>
#include <rhombus/rest/call.hpp>
#include <rhombus/transcript/history.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rhombus::doctor {

/// The two hosts of a diagnosis.
enum class host : std::uint8_t { rest, stream };

/// What one host's connection came to, as far as it was opened.
struct host_facts {
    bool wanted = false; ///< The system has such a host and its URL could be read.
    net::endpoint where;
    std::optional<std::uint32_t> conn; ///< Number in the transcript.
    std::optional<net::stage> reached;
    std::optional<net::stage_failure> failure;
    /// Connection number of the second connect that stayed silent, made where the TLS handshake
    /// ended without an octet: tells "closed at once" from "closed on ClientHello".
    std::optional<std::uint32_t> silent_probe;
};

/// Which key a credential probe carried.
enum class probe_key : std::uint8_t { real, decoy, none };

/// What one host answered to one key.
struct credential_answer {
    doctor::host host = host::rest;
    probe_key key = probe_key::real;
    std::optional<std::uint16_t> status; ///< nullopt: no answer.
    std::string body;
    std::vector<std::uint64_t> records;

    /// "Same" means same status and body (diagnosis.md, 401 and 403, decided).
    [[nodiscard]] bool same_as(const credential_answer& other) const noexcept {
        return status == other.status && body == other.body;
    }
};

/// All that was collected; what checks judge. Pure data.
struct facts {
    account::settings settings;
    std::vector<account::settings_error> configuration_errors; ///< Besides the settings' own.
    host_facts rest;
    host_facts stream;
    transcript::run_history history;
    std::optional<rest::outcome> organization_answer;
    std::vector<credential_answer> answers;
    std::chrono::milliseconds window{}; ///< How long events were waited for, at most.
    std::int64_t observed_until_ns = 0; ///< CLOCK_MONOTONIC, end of the window.
    bool goodbye_said = false;

    [[nodiscard]] const host_facts& of(doctor::host which) const noexcept {
        return which == host::rest ? rest : stream;
    }
    /// @returns the history of a host's own connection; nullptr when none was begun.
    [[nodiscard]] const transcript::connection_history* connection(doctor::host which) const;
    /// @returns the history of any connection; nullptr for an unknown number.
    [[nodiscard]] const transcript::connection_history* connection(std::uint32_t number) const;
    /// @returns whether the host closes a connection before either side said anything: then TLS
    /// never began, and the fault is TCP's.
    [[nodiscard]] bool closed_in_silence(doctor::host which) const;
    /// @returns whether this run subscribes to anything, once it knows to what.
    [[nodiscard]] bool wants_topic() const noexcept;
    [[nodiscard]] const credential_answer* answer(doctor::host which, probe_key key) const;
};

/// @returns `REST host` or `WebSocket host`.
[[nodiscard]] std::string_view title_of(host which) noexcept;

/// @returns `HOST:PORT`.
[[nodiscard]] std::string place_of(const host_facts& facts);

} // namespace rhombus::doctor
