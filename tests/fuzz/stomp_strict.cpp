// Octet 1: direction, version and cuts; behind it the stream.
#include "expect.hpp"
#include "input.hpp"
#include "stomp_reading.hpp"

#include <rhombus/stomp/encoder.hpp>
#include <rhombus/stomp/frame.hpp>

namespace rhombus::fuzz {
namespace {

using stomp::token;

/// A frame that was read is written so that it is read again as the same.
void expect_written_alike(const stomp::frame& frame, stomp::direction side) {
    const auto octets = serialize(frame);
    if (!octets)
        return; // CONNECT's headers in 1.2 cannot say everything that 1.0 can.
    const stomp::reader_options options{.side = side};
    const auto again = read_stomp({*octets}, options);
    expect(again.size() == 1 && again.front().kind == token::frame, "what is written is one frame");
    const auto& read = again.front().frame;
    expect_same(read.command, frame.command, "the command survives");
    expect_same(read.body, frame.body, "the body survives");
    auto headers = read.headers;
    if (headers.size() > frame.headers.size() && headers.back().name == "content-length")
        headers.pop_back();
    expect_same(headers, frame.headers, "the headers survive");
}

void run(input subject) {
    const auto choice = subject.take_octet();
    const auto options = options_from(choice, stomp::strict);
    const auto octets = subject.rest();
    const auto whole = read_stomp({octets}, options);
    expect_same(read_stomp(cut(octets, choice), options), whole, "cuts change nothing");
    expect_same(read_stomp(single_octets(octets), options), whole, "single octets change nothing");
    for (const auto& item : whole) {
        expect(item.kind != token::skipped && item.notes.empty(), "a strict reader skips nothing");
        if (item.kind == token::frame && options.version == stomp::version::v1_2)
            expect_written_alike(item.frame, options.side);
    }
    expect_bounded_memory({octets}, options);
    expect_bounded_memory(single_octets(octets), options);
}

} // namespace
} // namespace rhombus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rhombus::fuzz::run({data, size});
    return 0;
}
