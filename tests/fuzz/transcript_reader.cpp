// Octet 1: cuts; behind it a transcript.
#include "allocation_guard.hpp"
#include "expect.hpp"
#include "input.hpp"

#include <rhombus/transcript/block_reader.hpp>
#include <rhombus/transcript/json_lines.hpp>
#include <rhombus/utf8.hpp>

#include <algorithm>
#include <string>

namespace rhombus::fuzz {
namespace {

using namespace transcript;

constexpr read_options limits{.line_octets = 1024};

struct outcome {
    std::vector<std::string> records{};
    std::string failure{};
    bool complete = false;

    bool operator==(const outcome&) const = default;
};

outcome read(const std::vector<std::string_view>& pieces) {
    outcome result;
    block_reader reader{"input", [&](const record& one) { result.records.push_back(to_line(one)); },
                        limits};
    for (const auto piece : pieces) {
        const std::vector<char> only_now(piece.begin(), piece.end());
        if (const auto fed = reader.feed({only_now.data(), only_now.size()}); !fed)
            break;
    }
    if (const auto end = reader.finish())
        result.complete = end->complete;
    else
        result.failure = end.error().message;
    return result;
}

void expect_error(const outcome& result) {
    if (result.failure.empty())
        return;
    expect(result.failure.starts_with("input:"), "an error names the file and the line");
    expect(well_formed_utf8(result.failure), "an error is UTF-8");
}

/// A record that was read is written so that it is read again as the same.
void expect_written_alike(std::string_view line) {
    const auto first = from_line(line);
    if (!first)
        return;
    const auto written = to_line(*first);
    expect(well_formed_utf8(written) && written.find('\n') == std::string::npos,
           "a line is UTF-8 and one");
    const auto again = from_line(written);
    expect(again.has_value(), "what is written can be read");
    expect(to_line(*again) == written, "and says the same");
}

void expect_bounded_memory(std::string_view octets) {
    const auto pieces = single_octets(octets);
    const allocation_guard guard;
    block_reader reader{"input", [](const record&) {}, limits};
    for (const auto piece : pieces)
        if (!reader.feed(piece))
            break;
    // A record holds vectors of small things: an object per 2 octets of a line.
    expect(guard.largest() <= 64 * limits.line_octets, "memory follows the longest line");
}

void run(input subject) {
    const auto seed = subject.take_octet();
    const auto octets = subject.rest();
    const auto whole = read({octets});
    expect_error(whole);
    expect_same(read(cut(octets, seed)), whole, "cuts change nothing");
    expect_same(read(single_octets(octets)), whole, "single octets change nothing");
    expect_bounded_memory(octets);
    while (!subject.rest().empty())
        expect_written_alike(subject.take_line());
}

} // namespace
} // namespace rhombus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rhombus::fuzz::run({data, size});
    return 0;
}
