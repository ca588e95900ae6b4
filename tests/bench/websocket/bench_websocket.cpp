// Frames and messages of one direction, decoded from memory. items_per_second counts frames (or
// messages), bytes_per_second octets of the stream. `Complexity` shows that the cost is linear in
// the input.

#include "deflated.hpp"
#include "wire.hpp"

#include <rhombus/websocket/message_reader.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rhombus::websocket {
namespace {

constexpr std::size_t stream_octets = std::size_t{4} << 20U;

/// ASCII with a character of two octets now and then.
std::string text(std::size_t size) {
    std::string made;
    while (made.size() + 2 <= size)
        made += made.size() % 100 == 50 ? "\xc3\xa9" : "ab";
    return made.append(size - made.size(), 'x');
}

std::string stream_of(const std::string& frame, std::size_t octets) {
    std::string stream;
    stream.reserve(octets + frame.size());
    while (stream.size() < octets)
        stream += frame;
    return stream;
}

/// @returns how many frames the stream has.
std::size_t decode(frame_decoder& decoder, std::string_view stream, std::size_t chunk) {
    std::size_t frames = 0;
    for (std::size_t at = 0; at < stream.size(); at += chunk) {
        decoder.feed(stream.substr(at, chunk));
        while (decoder.next() == frame_token::frame) {
            benchmark::DoNotOptimize(decoder.frame().payload);
            ++frames;
        }
    }
    return frames;
}

std::size_t assemble(message_reader& reader, std::string_view stream, std::size_t chunk) {
    std::size_t messages = 0;
    for (std::size_t at = 0; at < stream.size(); at += chunk) {
        reader.feed(stream.substr(at, chunk));
        while (reader.next() == reader_token::message) {
            benchmark::DoNotOptimize(reader.message().payload);
            ++messages;
        }
    }
    return messages;
}

void count(benchmark::State& state, std::size_t items, const std::string& stream) {
    if (items == 0)
        state.SkipWithError("nothing was decoded");
    state.SetItemsProcessed(static_cast<std::int64_t>(items));
    state.SetBytesProcessed(static_cast<std::int64_t>(stream.size()) * state.iterations());
}

void frames(benchmark::State& state, sender side) {
    const auto payload = text(static_cast<std::size_t>(state.range(0)));
    const auto chunk = static_cast<std::size_t>(state.range(1));
    const auto stream = stream_of(test::wire(0x81, payload, side), stream_octets);
    frame_decoder decoder{{.side = side}};
    std::size_t items = 0;
    for (auto _ : state)
        items += decode(decoder, stream, chunk);
    count(state, items, stream);
}

void messages(benchmark::State& state, sender side) {
    const auto payload = text(static_cast<std::size_t>(state.range(0)));
    const auto chunk = static_cast<std::size_t>(state.range(1));
    const auto stream = stream_of(test::wire(0x81, payload, side), stream_octets);
    message_reader reader{{.side = side}};
    std::size_t items = 0;
    for (auto _ : state)
        items += assemble(reader, stream, chunk);
    count(state, items, stream);
}

void sizes_and_chunks(benchmark::internal::Benchmark* subject) {
    subject->ArgNames({"payload", "chunk"});
    for (const std::int64_t payload : {2, 125, 300, 2048, 65536})
        for (const std::int64_t chunk : {1, 1448, 65536})
            subject->Args({payload, chunk});
}
BENCHMARK_CAPTURE(frames, unmasked, sender::server)->Apply(sizes_and_chunks);
BENCHMARK_CAPTURE(frames, masked, sender::client)->Apply(sizes_and_chunks);
BENCHMARK_CAPTURE(messages, unmasked, sender::server)->Apply(sizes_and_chunks);
BENCHMARK_CAPTURE(messages, masked, sender::client)->Apply(sizes_and_chunks);

/// Change events are alike: the window pays.
void deflated(benchmark::State& state) {
    const auto payload = text(static_cast<std::size_t>(state.range(0)));
    const auto chunk = static_cast<std::size_t>(state.range(1));
    test::deflater deflate;
    std::string stream;
    std::size_t inflated = 0;
    while (inflated < stream_octets) {
        auto message = payload;
        message += std::to_string(inflated);
        stream += test::wire(0xc1, deflate.message(message));
        inflated += payload.size();
    }
    std::size_t items = 0;
    for (auto _ : state) {
        message_reader reader{{.deflate = deflate_parameters{}}};
        items += assemble(reader, stream, chunk);
    }
    count(state, items, stream);
    state.counters["inflated_per_second"] = benchmark::Counter(
        static_cast<double>(inflated), benchmark::Counter::kIsIterationInvariantRate,
        benchmark::Counter::kIs1024);
}
BENCHMARK(deflated)
    ->ArgNames({"payload", "chunk"})
    ->ArgsProduct({{300, 2048, 65536}, {1448, 65536}});

/// One message in fragments of 100 octets: joined in linear time.
void fragments(benchmark::State& state) {
    const auto octets = static_cast<std::size_t>(state.range(0));
    auto stream = test::wire(0x01, "");
    stream += stream_of(test::wire(0x00, text(100)), octets);
    stream += test::wire(0x80, "");
    message_reader reader{{}};
    std::size_t items = 0;
    for (auto _ : state)
        items += assemble(reader, stream, static_cast<std::size_t>(state.range(1)));
    count(state, items, stream);
    state.SetComplexityN(state.range(0));
}
/// One frame that comes in pieces.
void long_frame(benchmark::State& state) {
    const auto stream = test::wire(0x82, text(static_cast<std::size_t>(state.range(0))));
    std::size_t items = 0;
    for (auto _ : state) {
        frame_decoder decoder{{}};
        items += decode(decoder, stream, static_cast<std::size_t>(state.range(1)));
    }
    count(state, items, stream);
    state.SetComplexityN(state.range(0));
}
void growing(benchmark::internal::Benchmark* subject, std::int64_t chunk) {
    subject->ArgNames({"octets", "chunk"});
    for (std::int64_t octets = 1 << 14; octets <= 1 << 20; octets *= 4)
        subject->Args({octets, chunk});
    subject->Complexity(benchmark::oN);
}
void growing_by_octets(benchmark::internal::Benchmark* subject) {
    growing(subject, 1);
}
void growing_by_segments(benchmark::internal::Benchmark* subject) {
    growing(subject, 1448);
}
BENCHMARK(fragments)->Name("fragments_by_octets")->Apply(growing_by_octets);
BENCHMARK(fragments)->Name("fragments_by_segments")->Apply(growing_by_segments);
BENCHMARK(long_frame)->Name("long_frame_by_octets")->Apply(growing_by_octets);
BENCHMARK(long_frame)->Name("long_frame_by_segments")->Apply(growing_by_segments);

} // namespace
} // namespace rhombus::websocket
