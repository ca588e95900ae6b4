// Octet 1: direction, version and cuts; behind it the stream.
#include "expect.hpp"
#include "input.hpp"
#include "stomp_reading.hpp"

#include <algorithm>
#include <iterator>

namespace rhombus::fuzz {
namespace {

using stomp::token;

/// Both attitudes see the same up to the first deviation, and the same deviation there.
void expect_agreement(const stomp_reading& strictly, const stomp_reading& explained) {
    const auto first =
        std::ranges::find_if(explained, [](const stomp_item& item) { return !item.notes.empty(); });
    const stomp_reading before{explained.begin(), first};
    if (first == explained.end()) {
        expect_same(strictly, before, "without deviations both attitudes read the same");
        return;
    }
    expect(strictly.size() == before.size() + 1 && strictly.back().kind == token::violation,
           "a strict reader ends where the first deviation is");
    expect(std::equal(before.begin(), before.end(), strictly.begin()),
           "both attitudes read the same before the first deviation");
    expect_same(strictly.back().violation, first->notes.front(), "the violation is that deviation");
}

void expect_no_end(const stomp_reading& explained) {
    for (const auto& item : explained) {
        expect(item.kind != token::violation, "an explaining reader goes on");
        expect(item.kind != token::skipped || !item.notes.empty(), "what is skipped is explained");
        expect(item.notes.size() <= stomp::frame_reader::most_deviations, "the list is bounded");
    }
}

/// Ends of messages may be told anywhere; then cuts matter, but nothing is lost.
void read_as_messages(const std::vector<std::string_view>& messages,
                      const stomp::reader_options& options) {
    stomp::frame_reader reader{options};
    std::size_t fed = 0;
    std::size_t read = 0;
    for (const auto message : messages) {
        reader.feed(message);
        fed += message.size();
        for (auto found = reader.next(); found != token::need_more; found = reader.next()) {
            expect(found != token::violation, "an explaining reader goes on");
            read += reader.octets();
        }
        reader.end_message();
    }
    if (reader.finish() != token::need_more)
        read += reader.octets();
    expect(read == fed, "the tokens cover the messages");
}

void run(input subject) {
    const auto choice = subject.take_octet();
    const auto options = options_from(choice, stomp::explaining);
    const auto octets = subject.rest();
    const auto whole = read_stomp({octets}, options);
    expect_same(read_stomp(cut(octets, choice), options), whole, "cuts change nothing");
    expect_same(read_stomp(single_octets(octets), options), whole, "single octets change nothing");
    expect_no_end(whole);
    expect_agreement(read_stomp({octets}, options_from(choice, stomp::strict)), whole);
    expect_bounded_memory(single_octets(octets), options);
    read_as_messages(cut(octets, choice), options);
}

} // namespace
} // namespace rhombus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rhombus::fuzz::run({data, size});
    return 0;
}
