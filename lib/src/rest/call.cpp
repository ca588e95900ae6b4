#include <rhombus/rest/call.hpp>

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace rhombus::rest {
namespace {

using transcript::origin;
constexpr std::size_t recorded_octets = std::size_t{64} << 10U;
constexpr std::size_t head_octets = std::size_t{64} << 10U;

using easy_handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using string_list = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

/// What libcurl's callbacks see of one exchange.
struct exchange {
    const call& what;
    transcript::recorder& log;
    std::uint32_t conn = 0;
    CURL* handle = nullptr;
    std::string request_head{}; ///< As sent.
    std::string response_head{};
    std::string body{};
    std::uint64_t body_octets = 0;
    bool connected = false;
    bool too_large = false;
};

void append(string_list& list, const std::string& text) {
    auto* longer = curl_slist_append(list.get(), text.c_str());
    if (longer == nullptr)
        throw std::bad_alloc{};
    static_cast<void>(list.release());
    list.reset(longer);
}

/// @returns the fields below the first line, in order.
transcript::header_list fields_of(std::string_view head) {
    transcript::header_list fields;
    head.remove_prefix(std::min(head.find('\n'), head.size() - 1) + 1);
    while (!head.empty()) {
        const auto end = std::min(head.find('\n'), head.size() - 1);
        const auto line = head.substr(0, end);
        head.remove_prefix(end + 1);
        const auto colon = line.find(':');
        if (colon == line.npos)
            continue;
        const auto begin = line.find_first_not_of(" \t", colon + 1);
        const auto last = line.find_last_not_of(" \t\r");
        const auto empty = begin == line.npos || last < begin;
        fields.emplace_back(line.substr(0, colon),
                            empty ? std::string_view{} : line.substr(begin, last - begin + 1));
    }
    return fields;
}

/// Writes down the connection once it is known to exist.
void note_connection(exchange& seen) {
    char* address = nullptr;
    long port = 0;
    curl_easy_getinfo(seen.handle, CURLINFO_PRIMARY_IP, &address);
    curl_easy_getinfo(seen.handle, CURLINFO_PRIMARY_PORT, &port);
    if (seen.connected || address == nullptr || *address == '\0')
        return;
    seen.connected = true;
    seen.log.add(seen.conn, origin::server,
                 transcript::tcp_connected{address, static_cast<std::uint16_t>(port)});
}

void note_request(exchange& seen, std::string_view head) {
    // A CONNECT is the proxy's affair and may carry its password.
    if (head.starts_with("CONNECT "))
        return;
    note_connection(seen);
    const auto& what = seen.what;
    seen.log.add(seen.conn, origin::client,
                 transcript::http_request{what.purpose, what.method, what.target, fields_of(head),
                                          what.body.substr(0, recorded_octets), what.body.size()});
}

int on_debug(CURL*, curl_infotype type, char* data, std::size_t size, void* user) {
    auto& seen = *static_cast<exchange*>(user);
    if (type != CURLINFO_HEADER_OUT)
        return 0;
    // The head comes in one piece or several; its end is an empty line.
    seen.request_head.append(data, size);
    if (seen.request_head.ends_with("\r\n\r\n")) {
        note_request(seen, seen.request_head);
        seen.request_head.clear();
    }
    return 0;
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
    auto& seen = *static_cast<exchange*>(user);
    const std::string_view line{data, size};
    if (line.starts_with("HTTP/")) // An informational response came before.
        seen.response_head.clear();
    seen.response_head += line;
    return seen.response_head.size() > head_octets ? 0 : size;
}

// libcurl hands over inflated octets: the limit holds for these.
std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
    auto& seen = *static_cast<exchange*>(user);
    seen.body_octets += size;
    const auto room = seen.what.bounds.body_octets - seen.body.size();
    seen.body.append(data, std::min(size, room));
    seen.too_large = size > room;
    return seen.too_large ? 0 : size;
}

// A callback that is not given never ends a call.
int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto& abandoned = static_cast<exchange*>(user)->what.abandoned;
    return abandoned && abandoned() ? 1 : 0;
}

bool loopback(const call& what) {
    auto address = what.where.host;
    for (const auto& each : what.overrides)
        if (each.host == what.where.host && each.port == what.where.port)
            address = each.address;
    return address == "localhost" || address == "::1" || address.starts_with("127.");
}

bool withholds(const call& what) {
    if (what.where.security == net::transport::tls ||
        what.clear_text == net::clear_text_credentials::allow)
        return false;
    return what.clear_text == net::clear_text_credentials::withhold || !loopback(what);
}

bool one_line(std::string_view text) {
    return text.find_first_of(std::string_view{"\r\n\0", 3}) == text.npos;
}

/// @returns the header as libcurl takes it: an empty value is written with a semicolon.
std::string header_line(std::string name, const std::string& value) {
    return value.empty() ? name.append(";") : name.append(": ").append(value);
}

string_list headers_of(const call& what) {
    string_list list{nullptr, curl_slist_free_all};
    const auto add = [&](const auto& fields) {
        for (const auto& [name, value] : fields)
            append(list, header_line(name, value));
    };
    add(what.headers);
    if (!withholds(what))
        add(what.credentials);
    append(list, "Expect:"); // No waiting for 100 Continue.
    return list;
}

string_list overrides_of(const call& what) {
    string_list list{nullptr, curl_slist_free_all};
    for (const auto& [host, port, address] : what.overrides)
        append(list,
               std::string{host}.append(":").append(std::to_string(port)).append(":") + address);
    return list;
}

void limit(CURL* handle, const call& what) {
    const auto total = static_cast<long>(what.bounds.total.count());
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, total);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, total);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!what.ca_file.empty())
        curl_easy_setopt(handle, CURLOPT_CAINFO, what.ca_file.c_str());
}

void ask(CURL* handle, const call& what) {
    const auto scheme = what.where.security == net::transport::tls ? "https://" : "http://";
    const auto url = scheme + net::authority(what.where) + what.target;
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (what.method == "GET")
        return;
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, what.body.c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(what.body.size()));
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, what.method.c_str());
}

void watch(CURL* handle, exchange& seen) {
    curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, on_debug);
    curl_easy_setopt(handle, CURLOPT_DEBUGDATA, &seen);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &seen);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &seen);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &seen);
}

std::string word_for(CURLcode code, const exchange& seen) {
    switch (code) {
    case CURLE_OK:
        return {};
    case CURLE_OPERATION_TIMEDOUT:
        return "timeout";
    case CURLE_ABORTED_BY_CALLBACK:
        return "abandoned";
    case CURLE_WRITE_ERROR:
        return "too-large";
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return "resolve";
    case CURLE_COULDNT_CONNECT:
        return "connect";
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
        return "tls";
    case CURLE_PARTIAL_FILE:
    case CURLE_BAD_CONTENT_ENCODING:
        return "truncated";
    case CURLE_RECV_ERROR:
        return seen.response_head.empty() ? curl_easy_strerror(code) : "truncated";
    default:
        return curl_easy_strerror(code);
    }
}

void note_outcome(exchange& seen, CURLcode code, const outcome& result, const char* detail) {
    note_connection(seen);
    if (result.status) {
        seen.log.add(seen.conn, origin::server,
                     transcript::http_response{
                         seen.what.purpose, *result.status, fields_of(seen.response_head),
                         seen.body.substr(0, recorded_octets), seen.body_octets});
        return;
    }
    const auto* const text = *detail == '\0' ? curl_easy_strerror(code) : detail;
    if (result.error == "resolve") {
        seen.log.add(seen.conn, origin::tool, transcript::dns_failed{seen.what.where.host, text});
    } else if (result.error == "tls") {
        transcript::tls_failed failure;
        failure.alert = text;
        seen.log.add(seen.conn, origin::tool, std::move(failure));
    } else {
        seen.log.add(seen.conn, origin::tool, transcript::note{text});
    }
}

/// libcurl wants one call before the first use, made while there is one thread.
void initialize() {
    struct library {
        library() {
            if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
                throw std::runtime_error{"libcurl does not start"};
        }
    };
    static const library once;
}

bool sendable(const call& what) {
    const auto well_formed = [](const auto& field) {
        return one_line(field.first) && one_line(field.second);
    };
    return one_line(what.target) && std::ranges::all_of(what.headers, well_formed) &&
           std::ranges::all_of(what.credentials, well_formed);
}

} // namespace

outcome perform(const call& what, transcript::recorder& log) {
    initialize();
    const easy_handle handle{curl_easy_init(), curl_easy_cleanup};
    if (!handle)
        throw std::bad_alloc{};
    exchange seen{.what = what, .log = log, .conn = log.new_connection(), .handle = handle.get()};
    if (!sendable(what))
        return {.status = {}, .body = {}, .error = "a header holds a line end", .conn = seen.conn};
    if (withholds(what) && !what.credentials.empty())
        log.add(seen.conn, origin::tool,
                transcript::note{"credentials withheld: the connection is not encrypted"});

    std::string detail(CURL_ERROR_SIZE, '\0');
    const auto headers = headers_of(what);
    const auto overrides = overrides_of(what);
    curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, detail.data());
    curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(handle.get(), CURLOPT_RESOLVE, overrides.get());
    limit(handle.get(), what);
    ask(handle.get(), what);
    watch(handle.get(), seen);
    const auto code = curl_easy_perform(handle.get());

    long status = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    outcome result{.status = {}, .body = {}, .error = word_for(code, seen), .conn = seen.conn};
    if (status >= 200)
        result.status = static_cast<std::uint16_t>(status);
    note_outcome(seen, code, result, detail.c_str());
    result.body = std::move(seen.body);
    return result;
}

} // namespace rhombus::rest
