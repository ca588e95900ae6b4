#include "extensions.hpp"

#include <rhombus/websocket/permessage_deflate.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace rhombus::websocket {
namespace {

using boost::system::result;

constexpr std::string_view extension_name = "permessage-deflate";
constexpr std::uint8_t widest_window = 15;

struct entry {
    extensions_errc code;
    std::string_view name;
    std::string_view sentence;
};

constexpr std::array entries{
    entry{extensions_errc::malformed, "malformed-extensions",
          "extensions are a list of names, each with parameters behind semicolons"},
    entry{extensions_errc::not_offered, "extension-not-offered",
          "a server chooses among the extensions that the client offered"},
    entry{extensions_errc::chosen_twice, "extension-chosen-twice",
          "a server accepts one permessage-deflate"},
    entry{extensions_errc::unknown_parameter, "unknown-parameter",
          "permessage-deflate has the parameters server_no_context_takeover, "
          "client_no_context_takeover, server_max_window_bits and client_max_window_bits"},
    entry{extensions_errc::repeated_parameter, "repeated-parameter", "a parameter comes once"},
    entry{extensions_errc::bad_value, "bad-parameter-value",
          "window bits are a number from 8 to 15; the other parameters have no value"},
    entry{extensions_errc::parameter_not_offered, "parameter-not-offered",
          "a server sets client_max_window_bits only for a client that offered it"},
    entry{extensions_errc::window_above_offer, "window-above-offer",
          "a window is no larger than the client asked for"},
    entry{extensions_errc::takeover_not_excluded, "takeover-not-excluded",
          "a server that accepts server_no_context_takeover says so"},
};

const entry& entry_of(extensions_errc code) noexcept {
    for (const auto& candidate : entries) {
        if (candidate.code == code)
            return candidate;
    }
    return entries.front();
}

/// The four parameters as one side wrote them. `client_max_window_bits` of an offer may have no
/// value, which means 15 here.
struct written_parameters {
    bool server_no_context_takeover = false;
    bool client_no_context_takeover = false;
    std::optional<std::uint8_t> server_max_window_bits{};
    std::optional<std::uint8_t> client_max_window_bits{};
};

/// Who wrote them.
enum class author : std::uint8_t { client, server };

std::optional<std::uint8_t> window_bits(const std::optional<std::string>& value) {
    constexpr std::array<std::string_view, 8> allowed{"8", "9", "10", "11", "12", "13", "14", "15"};
    const auto* const found = value ? std::ranges::find(allowed, *value) : allowed.end();
    if (found == allowed.end())
        return std::nullopt;
    return static_cast<std::uint8_t>(8 + (found - allowed.begin()));
}

std::optional<extensions_errc> set_flag(const extension_parameter& parameter, bool& flag) {
    if (flag)
        return extensions_errc::repeated_parameter;
    flag = true;
    return parameter.value ? std::optional{extensions_errc::bad_value} : std::nullopt;
}

std::optional<extensions_errc> set_window(const extension_parameter& parameter,
                                          std::optional<std::uint8_t>& window) {
    if (window)
        return extensions_errc::repeated_parameter;
    window = window_bits(parameter.value);
    return window ? std::nullopt : std::optional{extensions_errc::bad_value};
}

std::optional<extensions_errc> set_parameter(const extension_parameter& parameter, author who,
                                             written_parameters& written) {
    if (parameter.name == "server_no_context_takeover")
        return set_flag(parameter, written.server_no_context_takeover);
    if (parameter.name == "client_no_context_takeover")
        return set_flag(parameter, written.client_no_context_takeover);
    if (parameter.name == "server_max_window_bits")
        return set_window(parameter, written.server_max_window_bits);
    if (parameter.name != "client_max_window_bits")
        return extensions_errc::unknown_parameter;
    auto& window = written.client_max_window_bits;
    if (who == author::server || parameter.value || window)
        return set_window(parameter, window);
    window = widest_window;
    return std::nullopt;
}

result<written_parameters, extensions_error> read_parameters(const extension& from, author who) {
    written_parameters written;
    for (const auto& parameter : from.parameters) {
        if (const auto broken = set_parameter(parameter, who, written))
            return extensions_error{*broken, parameter.offset};
    }
    return written;
}

/// @returns what a client offered; nothing when that is malformed.
std::vector<extension> read_offers(std::string_view offered) {
    const auto extensions = read_extensions(offered);
    return extensions ? *extensions : std::vector<extension>{};
}

/// The offers of permessage-deflate that are well-formed, in the client's order of preference.
std::vector<written_parameters> offers_of(const std::vector<extension>& extensions) {
    std::vector<written_parameters> offers;
    for (const auto& each : extensions) {
        if (each.name != extension_name)
            continue;
        if (const auto offer = read_parameters(each, author::client))
            offers.push_back(*offer);
    }
    return offers;
}

// RFC 7692 section 7.1: what an answer owes to an offer.
std::optional<extensions_errc> broken_promise(const written_parameters& answer,
                                              const written_parameters& offer) {
    if (answer.client_max_window_bits && !offer.client_max_window_bits)
        return extensions_errc::parameter_not_offered;
    if (answer.client_max_window_bits > offer.client_max_window_bits)
        return extensions_errc::window_above_offer;
    if (offer.server_max_window_bits &&
        answer.server_max_window_bits.value_or(widest_window) > *offer.server_max_window_bits)
        return extensions_errc::window_above_offer;
    if (offer.server_no_context_takeover && !answer.server_no_context_takeover)
        return extensions_errc::takeover_not_excluded;
    return std::nullopt;
}

deflate_parameters agreed(const written_parameters& answer) {
    return {.server_no_context_takeover = answer.server_no_context_takeover,
            .client_no_context_takeover = answer.client_no_context_takeover,
            .server_max_window_bits = answer.server_max_window_bits.value_or(widest_window),
            .client_max_window_bits = answer.client_max_window_bits.value_or(widest_window)};
}

result<std::optional<deflate_parameters>, extensions_error>
judge_answer(const extension& chosen, const std::vector<written_parameters>& offers) {
    const auto answer = read_parameters(chosen, author::server);
    if (!answer)
        return answer.error();
    std::optional<extensions_errc> first_broken;
    for (const auto& offer : offers) {
        const auto broken = broken_promise(*answer, offer);
        if (!broken)
            return std::optional{agreed(*answer)};
        if (!first_broken)
            first_broken = broken;
    }
    return extensions_error{first_broken.value_or(extensions_errc::not_offered), chosen.offset};
}

std::optional<deflate_parameters> meet(const written_parameters& offer,
                                       const deflate_parameters& wanted) {
    if (!offer.client_max_window_bits && wanted.client_max_window_bits < widest_window)
        return std::nullopt;
    return deflate_parameters{
        .server_no_context_takeover =
            offer.server_no_context_takeover || wanted.server_no_context_takeover,
        .client_no_context_takeover =
            offer.client_no_context_takeover || wanted.client_no_context_takeover,
        .server_max_window_bits = std::min(offer.server_max_window_bits.value_or(widest_window),
                                           wanted.server_max_window_bits),
        .client_max_window_bits = std::min(offer.client_max_window_bits.value_or(widest_window),
                                           wanted.client_max_window_bits)};
}

} // namespace

std::string_view name_of(extensions_errc code) noexcept {
    return entry_of(code).name;
}
std::string_view describe(extensions_errc code) noexcept {
    return entry_of(code).sentence;
}

result<std::optional<deflate_parameters>, extensions_error>
agreed_deflate(std::string_view offered, std::string_view answered) {
    const auto answers = read_extensions(answered);
    if (!answers)
        return answers.error();
    const auto offers = read_offers(offered);
    const extension* chosen = nullptr;
    for (const auto& each : *answers) {
        if (std::ranges::find(offers, each.name, &extension::name) == offers.end())
            return extensions_error{extensions_errc::not_offered, each.offset};
        if (each.name != extension_name)
            continue;
        if (chosen != nullptr)
            return extensions_error{extensions_errc::chosen_twice, each.offset};
        chosen = &each;
    }
    if (chosen == nullptr)
        return std::optional<deflate_parameters>{};
    return judge_answer(*chosen, offers_of(offers));
}

std::optional<deflate_parameters> choose_deflate(std::string_view offered,
                                                 const deflate_parameters& wanted) {
    const auto extensions = read_offers(offered);
    for (const auto& offer : offers_of(extensions)) {
        if (const auto met = meet(offer, wanted))
            return met;
    }
    return std::nullopt;
}

std::string to_text(const deflate_parameters& agreed) {
    std::string text{extension_name};
    if (agreed.server_no_context_takeover)
        text += "; server_no_context_takeover";
    if (agreed.client_no_context_takeover)
        text += "; client_no_context_takeover";
    if (agreed.server_max_window_bits != widest_window)
        text += "; server_max_window_bits=" + std::to_string(agreed.server_max_window_bits);
    if (agreed.client_max_window_bits != widest_window)
        text += "; client_max_window_bits=" + std::to_string(agreed.client_max_window_bits);
    return text;
}

} // namespace rhombus::websocket
