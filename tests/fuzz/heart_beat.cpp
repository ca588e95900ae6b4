// Two lines: the client's and the server's `heart-beat` header.
#include "expect.hpp"
#include "input.hpp"

#include <rhombus/stomp/heartbeat.hpp>

#include <algorithm>

namespace rhombus::fuzz {
namespace {

stomp::heartbeat_offer read(std::string_view value) {
    const auto offer = stomp::parse_heartbeat(value);
    if (!offer) {
        const auto& defect = offer.error();
        expect(defect.offset <= value.size(), "a defect stands in the value");
        expect(std::ranges::all_of(explain(defect, value),
                                   [](char c) { return c >= ' ' && c <= '~'; }),
               "an explanation is printable");
        return {};
    }
    constexpr stomp::milliseconds limit{std::int64_t{1} << 31U};
    expect(offer->can_send < limit && offer->wants < limit, "numbers are below 2^31");
    expect(offer->can_send.count() >= 0 && offer->wants.count() >= 0, "numbers are not negative");
    const auto again = stomp::parse_heartbeat(to_header(*offer));
    expect(again && *again == *offer, "what is written is read as the same");
    return *offer;
}

void run(input subject) {
    const auto client = read(subject.take_line());
    const auto server = read(subject.take_line());
    const auto ours = negotiate(client, server);
    const auto theirs = negotiate(server, client);
    expect(ours.send_every == theirs.expect_every && ours.expect_every == theirs.send_every,
           "both sides come to the same");
    const auto none = client.can_send.count() == 0 || server.wants.count() == 0;
    expect(none == (ours.send_every.count() == 0), "zero is for none");
    expect(none || ours.send_every == std::max(client.can_send, server.wants), "the larger counts");

    const stomp::time_point start{};
    const stomp::heartbeat_monitor monitor{ours, 2.5, start};
    const auto deadline = monitor.deadline();
    expect(deadline.has_value() == (ours != stomp::heartbeat_plan{}), "a plan has a deadline");
    if (deadline) {
        expect(monitor.beat_due(*deadline) || monitor.peer_silent(*deadline),
               "something is due at the deadline");
        const auto before = *deadline - stomp::milliseconds{1};
        expect(!monitor.beat_due(before) && !monitor.peer_silent(before),
               "and nothing a millisecond before");
    }
}

} // namespace
} // namespace rhombus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rhombus::fuzz::run({data, size});
    return 0;
}
