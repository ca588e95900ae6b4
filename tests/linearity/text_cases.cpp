#include "../../lib/src/net/response_body.hpp"
#include "../../lib/src/net/response_head.hpp"
#include "linear_case.hpp"

#include <rhombus/account/ini.hpp>
#include <rhombus/report/escape.hpp>
#include <rhombus/transcript/block_reader.hpp>
#include <rhombus/transcript/redactor.hpp>

#include <optional>

namespace rhombus::linearity {
namespace {

using namespace std::string_literals;

constexpr std::size_t least = 1024;
const std::string transcript_head =
    R"({"n":0,"t_ns":1,"wall":"2026-01-02T03:04:05.678Z","conn":0,"from":"tool","kind":"header","schema":"rhombus/transcript/1","tool":"t","version":"1","vantage":"client","system":"stomp","redacted":[]})"
    "\n";
const std::string record_head =
    R"({"n":1,"t_ns":2,"wall":"2026-01-02T03:04:05.678Z","conn":0,"from":"tool","kind":"note","text":)";

std::string many_records(std::size_t size) {
    return transcript_head + repeated(record_head + R"("a\nb"})"s + '\n', size);
}
std::string long_record(std::size_t size) {
    return transcript_head + record_head + '"' + repeated("\\u00e9x", size) + "\"}\n";
}
std::string unknown_members(std::size_t size) {
    return transcript_head + record_head + "\"\",\"x\":[" + repeated("{\"a\":[1]},", size) +
           "0]}\n";
}
std::string no_line_end(std::size_t size) {
    return transcript_head + repeated("{", size);
}

void read_transcript(std::string_view octets, std::size_t piece) {
    transcript::block_reader reader{"t", [](const transcript::record&) {}};
    in_pieces(octets, piece, [&](std::string_view one) { static_cast<void>(reader.feed(one)); });
    static_cast<void>(reader.finish());
}

transcript::redactor secrets() {
    transcript::redactor made;
    made.add("a", std::string(40, 'a') + 'b');
    made.add("key", "k3y/+?with=all~sorts");
    return made;
}
std::string nearly_secrets(std::size_t size) {
    return std::string(size, 'a');
}
std::string secrets_everywhere(std::size_t size) {
    return repeated("k3y/+?with=all~sorts k3y/+?with=all~sort", size);
}
void clean(std::string_view octets) {
    static const auto redactor = secrets();
    static_cast<void>(redactor.clean(octets));
}
void clean_frames(std::string_view octets) {
    static const auto redactor = secrets();
    std::string begun;
    in_pieces(octets, 1, [&](std::string_view one) {
        transcript::record subject{
            .what = transcript::ws_frame{.opcode = 1, .payload = std::string{one}}};
        redactor.clean(subject, begun);
    });
}
void scan(std::string_view octets) {
    static const auto redactor = secrets();
    transcript::exposure_scanner scanner{redactor, [](const transcript::exposure&) {}};
    in_pieces(octets, 1, [&](std::string_view one) { scanner.feed(one); });
}

std::string long_head(std::size_t size) {
    return "HTTP/1.1 200 OK\r\n" + repeated("a: b\r\n c\r\n", size) + "\r\n";
}
void read_head(std::string_view octets) {
    net::head_reader reader;
    in_pieces(octets, 1, [&](std::string_view one) { static_cast<void>(reader.feed(one)); });
}
void read_chunks(std::string_view octets) {
    net::body_reader reader{{.status = 200, .headers = {{"Transfer-Encoding", "chunked"}}},
                            std::size_t{1} << 24U};
    in_pieces(octets, 1, [&](std::string_view one) { reader.feed(one); });
}

struct shape {
    const char* name;
    std::string (*text_of)(std::size_t);
};

std::vector<linear_case> transcript_cases() {
    std::vector<linear_case> cases;
    for (const auto& [name, text_of] :
         {shape{"ManyRecords", many_records}, shape{"LongRecord", long_record},
          shape{"UnknownMembers", unknown_members}, shape{"NoLineEnd", no_line_end}}) {
        for (const std::size_t piece : {1, 100, 1 << 24})
            cases.push_back({"Transcript"s + name + "In" + std::to_string(piece), least, text_of,
                             [piece](std::string_view octets) { read_transcript(octets, piece); }});
    }
    return cases;
}

} // namespace

std::vector<linear_case> text_cases() {
    auto cases = transcript_cases();
    for (const auto& [name, text_of] :
         {shape{"Nearly", nearly_secrets}, shape{"Everywhere", secrets_everywhere}}) {
        cases.push_back({"Redact"s + name, least, text_of, clean});
        cases.push_back({"RedactFrames"s + name, least, text_of, clean_frames});
        cases.push_back({"Scan"s + name, least, text_of, scan});
    }
    const auto repeats = [](const char* part) {
        return [part = std::string{part}](std::size_t size) { return repeated(part, size); };
    };
    cases.push_back({"Visible", least, repeats("a\n\x1b\xff\u202e"), [](std::string_view text) {
                         static_cast<void>(report::visible(text, text.size()));
                     }});
    cases.push_back({"Ini", least, repeats("[a]\nkey = value\n# x\n"), [](std::string_view text) {
                         static_cast<void>(account::parse_ini("f", text));
                     }});
    // Up to the limit of 64 KiB.
    cases.push_back({"HttpHead", 1000, long_head, read_head});
    cases.push_back({"HttpChunks", least, repeats("1\r\nx\r\n"), read_chunks});
    return cases;
}

} // namespace rhombus::linearity
