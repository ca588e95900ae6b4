#include "corpus.hpp"

#include <fmt/format.h>

#include <array>
#include <random>
#include <string>
#include <string_view>

namespace rhombus::transcript::bench {

namespace {

constexpr std::array<std::string_view, 4> actions{"created", "updated", "deleted", "moved"};

std::string event_body(std::mt19937& chance, std::size_t number) {
    const auto name = number % 10 == 0 ? "Größenänderung ‹Ⅷ›" : "Quarterly \"review\"";
    return fmt::format(
        R"({{"id":"{:08x}-{:04x}","type":"file.{}","time":"2026-03-31T08:{:02}:{:02}.{:03}Z",)"
        R"("data":{{"name":"{}","path":"/projects/{}/item {}.txt","size":{},"owner":{{"id":{},)"
        R"("mail":"someone{}@example.test"}},"tags":["a","b\n"]}}}})",
        chance(), number % 65536, actions.at(number % actions.size()), number / 60 % 60,
        number % 60, number % 1000, name, chance() % 100, number, chance() % 1'000'000, number % 97,
        number % 97);
}

record frame(std::size_t n, origin from, std::uint8_t opcode, std::string payload) {
    const auto octets = payload.size();
    return {.n = n,
            .when = {81'234'567'890'123 + static_cast<std::int64_t>(n) * 12'345,
                     1'774'915'200'000 + static_cast<std::int64_t>(n) / 81},
            .conn = 1,
            .from = from,
            .what = ws_frame{.fin = true,
                             .opcode = opcode,
                             .mask = from == origin::client ? std::optional<std::string>{"37fa213d"}
                                                            : std::nullopt,
                             .octets = octets,
                             .read = n / 3,
                             .payload = std::move(payload)}};
}

record small_frame(std::mt19937& chance, std::size_t n) {
    const auto body = event_body(chance, n);
    return frame(n, origin::server, 1,
                 fmt::format("MESSAGE\nsubscription:sub-0\nmessage-id:nxd-{}\n"
                             "destination:/topic/changes.{}\ncontent-type:application/json\n"
                             "content-length:{}\n\n{}{}",
                             n, n % 16, body.size(), body, '\0'));
}

record other(std::mt19937& chance, std::size_t n) {
    auto made = frame(n, origin::tool, 1, {});
    switch (n % 5) {
    case 0:
        return frame(n, origin::client, 1, "\n");
    case 1:
        made.what = process_sample{18'874'368 + chance() % 65536, n, 9, 2};
        return made;
    case 2:
        made.what =
            http_request{.purpose = "rest",
                         .method = "GET",
                         .target = "/api/org/v2",
                         .headers = {{"Host", "example.test"}, {"x-auth-apikey", "‹api-key›"}}};
        made.redacted = {{"/headers/1/1", 22}};
        return made;
    case 3: {
        std::string octets(300, '\0');
        for (auto& octet : octets)
            octet = static_cast<char>(chance());
        return frame(n, origin::server, 2, octets);
    }
    default: {
        std::string body;
        while (body.size() < 4000)
            body += event_body(chance, n) + ',';
        return frame(n, origin::server, 1, body);
    }
    }
}

} // namespace

std::vector<record> small_frames(std::size_t count) {
    std::mt19937 chance{1};
    std::vector<record> records;
    for (std::size_t n = 0; n < count; ++n)
        records.push_back(small_frame(chance, n));
    return records;
}

std::vector<record> mixed_records(std::size_t count) {
    std::mt19937 chance{1};
    std::vector<record> records;
    for (std::size_t n = 0; n < count; ++n)
        records.push_back(n % 10 == 0 ? other(chance, n / 10) : small_frame(chance, n));
    return records;
}

} // namespace rhombus::transcript::bench
