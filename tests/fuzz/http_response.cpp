// Octet 1: cuts; octet 2: the limit of the body; behind them an HTTP/1 response.
#include "allocation_guard.hpp"
#include "expect.hpp"
#include "input.hpp"
#include "net/response_body.hpp"
#include "net/response_head.hpp"

#include <optional>
#include <variant>

namespace rhombus::fuzz {
namespace {

using net::head_reader;

/// What a reader of pieces came to.
struct outcome {
    std::optional<net::response_head> head{};
    std::optional<head_reader::trouble> trouble{};
    std::string body{};
    std::uint64_t octets = 0;
    bool done = false;

    bool operator==(const outcome&) const = default;
};

outcome read(const std::vector<std::string_view>& pieces, std::size_t limit) {
    outcome result;
    head_reader heads;
    std::optional<net::body_reader> body;
    for (const auto piece : pieces) {
        if (result.trouble)
            break;
        if (body) {
            body->feed(piece);
            continue;
        }
        auto answer = heads.feed(piece);
        if (auto* const trouble = std::get_if<head_reader::trouble>(&answer))
            result.trouble = *trouble;
        if (auto* const head = std::get_if<net::response_head>(&answer)) {
            result.head = std::move(*head);
            body.emplace(*result.head, limit);
            body->feed(heads.take_rest());
        }
    }
    if (body) {
        result.body = body->body();
        result.octets = body->octets();
        result.done = body->done();
    }
    return result;
}

void expect_sane(const outcome& result, std::size_t limit) {
    expect(result.body.size() <= limit, "a body is bounded");
    if (!result.head)
        return;
    expect(result.head->status >= 100 && result.head->status <= 999, "a status has three digits");
    for (const auto& [name, value] : result.head->headers) {
        expect(!name.empty() || !value.empty(), "a header says something");
        expect((name + value).find('\n') == std::string::npos, "a header is one line");
        expect(!result.head->find_all(name).empty(), "a header is found by its name");
        static_cast<void>(result.head->has_word(name, value));
    }
}

void run(input subject) {
    const auto seed = subject.take_octet();
    const std::size_t limit = 8U * subject.take_octet();
    const auto octets = subject.rest();
    const auto whole = read({octets}, limit);
    expect_sane(whole, limit);
    auto pieces = read(cut(octets, seed), limit);
    auto single = read(single_octets(octets), limit);
    // A body whose end is known counts only what came until it was done.
    if (whole.done)
        pieces.octets = single.octets = whole.octets;
    expect_same(pieces, whole, "cuts change nothing");
    expect_same(single, whole, "single octets change nothing");

    const allocation_guard guard;
    static_cast<void>(read(single_octets(octets), limit));
    expect(guard.largest() <= 2 * std::max(head_reader::limit, 64 * octets.size()),
           "memory follows what came");
}

} // namespace
} // namespace rhombus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rhombus::fuzz::run({data, size});
    return 0;
}
