#include "recording.hpp"

#include <rhombus/version.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <random>
#include <system_error>

namespace rhombus::doctor {
namespace {

using std::chrono::duration_cast;

} // namespace

transcript::stamp stamp_now() {
    return {
        duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
            .count(),
        duration_cast<std::chrono::milliseconds>(
            std::chrono::system_clock::now().time_since_epoch())
            .count()};
}

std::string to_rfc3339(std::int64_t wall_ms) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                       fmt::gmtime(static_cast<std::time_t>(wall_ms / 1000)), wall_ms % 1000);
}

transcript::redactor redactor_for(const account::settings& settings, const std::string& decoy_key) {
    transcript::redactor out;
    if (settings.rest_key)
        out.add("REST_KEY", settings.rest_key->value.reveal());
    if (settings.ws_key)
        out.add("WS_KEY", settings.ws_key->value.reveal());
    if (settings.passcode)
        out.add("PASSCODE", settings.passcode->value.reveal());
    out.add("DECOY_KEY", decoy_key);
    return out;
}

std::string exposure_in_log(const std::filesystem::path& log, const transcript::redactor& secrets) {
    std::error_code failure;
    if (!std::filesystem::is_regular_file(log, failure))
        return {};
    constexpr std::size_t shortest_proof = 8;
    const auto found = transcript::scan_for_secrets(log, secrets, shortest_proof);
    if (!found)
        return found.error().message;
    if (found->empty())
        return {};
    const auto& first = found->front();
    return fmt::format("{}: {} stands at octet {} ({}); do not hand the file on", log.string(),
                       first.name, first.offset, first.form);
}

transcript::header transcript_header(const account::settings& settings) {
    return {.schema = "rhombus/transcript/1",
            .tool = "rhombus-doctor",
            .version = std::string{rhombus::version},
            .vantage = "client",
            .system = settings.system == nullptr ? std::string{} : settings.system->name,
            .redacted = {}};
}

std::string random_key() {
    static constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    constexpr std::size_t length = 22;
    std::random_device chance;
    std::uniform_int_distribution<std::size_t> pick{0, alphabet.size() - 1};
    std::string out;
    for (std::size_t i = 0; i < length; ++i)
        out += alphabet[pick(chance)];
    return out;
}

} // namespace rhombus::doctor
