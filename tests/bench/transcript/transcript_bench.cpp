#include "corpus.hpp"

#include <rhombus/transcript/block_reader.hpp>
#include <rhombus/transcript/file.hpp>
#include <rhombus/transcript/json_lines.hpp>
#include <rhombus/transcript/redactor.hpp>

#include <benchmark/benchmark.h>

#include <memory>
#include <simdjson.h>
#include <string>
#include <vector>

// MiB/s are of the transcript's octets; of payloads where redaction is measured.

namespace rhombus::transcript::bench {
namespace {

constexpr std::size_t records_in_corpus = 20'000;
constexpr std::size_t block_octets = std::size_t{256} << 10U;

using make = std::vector<record> (*)(std::size_t);

std::string text_of(const std::vector<record>& records) {
    line_buffer lines;
    lines.append({.what = header{.schema = std::string{schema_name}}});
    for (const auto& one : records)
        lines.append(one);
    return std::string{lines.text()};
}

void count(benchmark::State& state, std::size_t octets, std::size_t records) {
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * octets));
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * records));
}

void write_lines(benchmark::State& state, make corpus) {
    const auto records = corpus(records_in_corpus);
    line_buffer lines;
    std::size_t octets = 0;
    for (auto _ : state) {
        octets = 0;
        for (const auto& one : records) {
            lines.append(one);
            if (lines.text().size() < block_octets)
                continue;
            octets += lines.text().size();
            lines.clear();
        }
        octets += lines.text().size();
        lines.clear();
    }
    count(state, octets, records.size());
}

void write_file(benchmark::State& state, make corpus) {
    const auto records = corpus(records_in_corpus);
    std::uint64_t octets = 0;
    for (auto _ : state) {
        auto file = file_writer::open("/dev/null", flushing::each_second);
        for (const auto& one : records)
            file->write(one);
        octets = file->octets();
    }
    count(state, octets, records.size());
}

void read_blocks(benchmark::State& state, make corpus) {
    const auto text = text_of(corpus(records_in_corpus));
    for (auto _ : state) {
        std::uint64_t seen = 0;
        block_reader reader{"corpus", [&](const record& one) { seen += one.n; }};
        for (std::size_t at = 0; at < text.size(); at += block_octets) {
            if (!reader.feed(std::string_view{text}.substr(at, block_octets)))
                state.SkipWithError("the corpus cannot be read");
        }
        benchmark::DoNotOptimize(seen);
    }
    count(state, text.size(), records_in_corpus);
}

/// What simdjson's DOM needs for the same lines, each found and parsed, nothing taken out.
void read_simdjson_dom(benchmark::State& state, make corpus) {
    auto text = text_of(corpus(records_in_corpus));
    const auto size = text.size();
    text.append(simdjson::SIMDJSON_PADDING, ' ');
    simdjson::dom::parser parser;
    for (auto _ : state) {
        for (std::size_t at = 0; at < size;) {
            const auto end = text.find('\n', at);
            const auto parsed = parser.parse(text.data() + at, end - at, false);
            if (parsed.error() != simdjson::SUCCESS)
                state.SkipWithError("the corpus cannot be read");
            at = end + 1;
        }
    }
    count(state, size, records_in_corpus);
}

redactor three_secrets() {
    redactor secrets;
    secrets.add("REST_KEY", "Zt4f-Qm8vKx2LbN6_rWc9A");
    secrets.add("WS_KEY", "p1Xe7GhU0sYdT3jRkB5oMw");
    secrets.add("PASSCODE", "correct horse battery");
    return secrets;
}

void redact(benchmark::State& state, make corpus) {
    auto records = corpus(records_in_corpus);
    const auto secrets = three_secrets();
    std::size_t octets = 0;
    for (const auto& one : records) {
        if (const auto* const frame = std::get_if<ws_frame>(&one.what))
            octets += frame->payload.size();
    }
    std::string begun;
    for (auto _ : state) {
        for (auto& one : records)
            secrets.clean(one, begun);
    }
    count(state, octets, records.size());
}

/// The proof scan, over octets whose size is given: its time grows as they do.
void scan(benchmark::State& state) {
    auto text = text_of(small_frames(records_in_corpus));
    text.resize(static_cast<std::size_t>(state.range(0)));
    const auto secrets = three_secrets();
    for (auto _ : state) {
        exposure_scanner scanner{secrets, [&](const exposure&) { state.SkipWithError("found"); }};
        for (std::size_t at = 0; at < text.size(); at += block_octets)
            scanner.feed(std::string_view{text}.substr(at, block_octets));
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
    state.SetComplexityN(state.range(0));
}

BENCHMARK_CAPTURE(write_lines, small, small_frames)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(write_lines, mixed, mixed_records)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(write_file, small, small_frames)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_blocks, small, small_frames)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_blocks, mixed, mixed_records)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_simdjson_dom, small, small_frames)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_simdjson_dom, mixed, mixed_records)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(redact, small, small_frames)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(redact, mixed, mixed_records)->Unit(benchmark::kMillisecond);
BENCHMARK(scan)->RangeMultiplier(4)->Range(1 << 14, 1 << 23)->Complexity(benchmark::oN);

} // namespace
} // namespace rhombus::transcript::bench
