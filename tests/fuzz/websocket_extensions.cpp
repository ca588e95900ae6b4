// Two lines: `Sec-WebSocket-Extensions` of the request and of the answer.
#include "expect.hpp"
#include "input.hpp"

#include <rhombus/websocket/permessage_deflate.hpp>

namespace rhombus::fuzz {
namespace {

bool window_bits(std::uint8_t bits) {
    return bits >= 8 && bits <= 15;
}

void expect_sane(const websocket::deflate_parameters& agreed) {
    expect(window_bits(agreed.server_max_window_bits) && window_bits(agreed.client_max_window_bits),
           "windows have 8 to 15 bits");
}

void run(input subject) {
    const auto offered = subject.take_line();
    const auto answered = subject.take_line();
    const auto agreed = websocket::agreed_deflate(offered, answered);
    if (!agreed) {
        expect(agreed.error().offset <= answered.size(), "an error stands in the answer");
        expect(!name_of(agreed.error().code).empty(), "the rule has a name");
    } else if (*agreed) {
        expect_sane(**agreed);
        const auto again = websocket::agreed_deflate(offered, to_text(**agreed));
        expect(again && *again == *agreed, "what is written is read as the same");
    }
    const auto chosen = websocket::choose_deflate(offered, {.server_no_context_takeover = true});
    if (chosen) {
        expect_sane(*chosen);
        const auto accepted = websocket::agreed_deflate(offered, to_text(*chosen));
        expect(accepted && *accepted && **accepted == *chosen, "who offered accepts the answer");
    }
}

} // namespace
} // namespace rhombus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rhombus::fuzz::run({data, size});
    return 0;
}
