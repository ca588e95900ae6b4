#include "control.hpp"

#include "input_error.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <utility>

namespace rhombus::scenario {

namespace {

constexpr long limit_seconds = 15;
constexpr long success = 200;

struct curl_closer {
    void operator()(CURL* handle) const noexcept { ::curl_easy_cleanup(handle); }
};
struct list_closer {
    void operator()(curl_slist* list) const noexcept { ::curl_slist_free_all(list); }
};

std::size_t append(const char* octets, std::size_t size, std::size_t count, void* text) {
    static_cast<std::string*>(text)->append(octets, size * count);
    return size * count;
}

std::string error_in(const std::string& answer) {
    const auto parsed = nlohmann::json::parse(answer, nullptr, false);
    return parsed.is_object() ? parsed.value("error", answer) : answer;
}

} // namespace

control::control(std::string url) : url_{std::move(url)} {}

scenario_listener control::start(const scenario_request& request) const {
    nlohmann::json body{{"file", request.file},
                        {"seed", request.seed},
                        {"variant", {{"framing", request.framing}}},
                        {"api_key", request.api_key},
                        {"journal", request.journal}};
    if (request.plain)
        body["plain"] = true;
    const auto answer = call("POST", "/scenarios", body.dump());
    try {
        const auto from = nlohmann::json::parse(answer);
        return {.id = from.at("id"),
                .rest_url = from.at("rest_url"),
                .ws_url = from.at("ws_url"),
                .ca_file = from.at("ca_file"),
                .organization = from.at("org"),
                .journal = from.at("journal")};
    } catch (const nlohmann::json::exception& broken) {
        throw harness_error{
            fmt::format("the mock server's answer is not understood: {}", broken.what())};
    }
}

void control::end(const std::string& id) const {
    static_cast<void>(call("DELETE", "/scenarios/" + id, ""));
}

std::string control::call(const std::string& method, const std::string& path,
                          const std::string& body) const {
    const std::unique_ptr<CURL, curl_closer> handle{::curl_easy_init()};
    const std::unique_ptr<curl_slist, list_closer> headers{
        ::curl_slist_append(nullptr, "Content-Type: application/json")};
    const auto url = url_ + path;
    std::string answer;
    ::curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
    ::curl_easy_setopt(handle.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
    ::curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
    ::curl_easy_setopt(handle.get(), CURLOPT_PROXY, "");
    ::curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
    ::curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, limit_seconds);
    ::curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, append);
    ::curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &answer);
    if (!body.empty())
        ::curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, body.c_str());
    const auto failure = ::curl_easy_perform(handle.get());
    if (failure != CURLE_OK)
        throw harness_error{
            fmt::format("the mock server does not answer: {}", ::curl_easy_strerror(failure))};
    long status = 0;
    ::curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status != success)
        throw harness_error{
            fmt::format("the mock server refused with {}: {}", status, error_in(answer))};
    return answer;
}

} // namespace rhombus::scenario
