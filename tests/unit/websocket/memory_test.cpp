#include "deflated.hpp"
#include "wire.hpp"

#include <rhombus/websocket/message_reader.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>

namespace {

/// What operator new gave since the last reset(). zlib takes its state, about 40 KiB, by malloc.
struct {
    std::size_t allocations = 0;
    std::size_t held = 0;
    std::size_t most_held = 0;

    void reset() {
        allocations = 0;
        most_held = held;
    }
} memory;

// The size stands before what is handed out.
constexpr std::size_t before = alignof(std::max_align_t);

} // namespace

void* operator new(std::size_t size) {
    auto* const block = static_cast<std::byte*>(std::malloc(size + before));
    if (block == nullptr)
        throw std::bad_alloc{};
    new (block) std::size_t{size};
    ++memory.allocations;
    memory.held += size;
    memory.most_held = std::max(memory.most_held, memory.held);
    return block + before;
}
void operator delete(void* pointer) noexcept {
    if (pointer == nullptr)
        return;
    auto* const block = static_cast<std::byte*>(pointer) - before;
    memory.held -= *reinterpret_cast<std::size_t*>(block);
    std::free(block);
}
void operator delete(void* pointer, std::size_t) noexcept {
    operator delete(pointer);
}
// The sanitizers have their own, which do not go through those above.
void* operator new[](std::size_t size) {
    return operator new(size);
}
// AddressSanitizer brings these of its own, which would not fit the deletes.
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
    try {
        return operator new(size);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}
void* operator new[](std::size_t size, const std::nothrow_t& tag) noexcept {
    return operator new(size, tag);
}
void operator delete[](void* pointer) noexcept {
    operator delete(pointer);
}
void operator delete[](void* pointer, std::size_t) noexcept {
    operator delete(pointer);
}

namespace rhombus::websocket {
namespace {

using test::octets;
using test::wire;

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = kib * kib;

struct usage {
    std::size_t allocations = 0;
    std::size_t octets = 0; ///< The most that was held above what was held before.
    bool broken = false;
};

/// @returns what reading the stream in pieces of this size takes.
usage read(message_reader& reader, std::string_view stream, std::size_t piece) {
    const auto held = memory.held;
    memory.reset();
    auto token = reader_token::need_more;
    while (!stream.empty() && token != reader_token::violation) {
        const auto part = stream.substr(0, piece);
        stream.remove_prefix(part.size());
        reader.feed(part);
        do {
            token = reader.next();
        } while (token == reader_token::message || token == reader_token::control);
    }
    return {memory.allocations, memory.most_held - held, token == reader_token::violation};
}

std::string repeated(const std::string& text, std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i)
        all += text;
    return all;
}

struct steady {
    std::string name;
    assembler_options options;
    std::string stream;
};
void PrintTo(const steady& row, std::ostream* out) {
    *out << row.name;
}
class SteadyState : public testing::TestWithParam<steady> {};

TEST_P(SteadyState, AllocatesNothing) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{1448}, 64 * kib}) {
        message_reader reader{GetParam().options};
        const auto warm_up = read(reader, GetParam().stream, piece);
        ASSERT_FALSE(warm_up.broken);
        EXPECT_EQ(read(reader, GetParam().stream, piece).allocations, 0U)
            << piece << " octets at a time";
    }
}

std::string deflated_stream() {
    test::deflater deflate;
    std::string stream;
    for (int i = 0; i < 100; ++i) {
        stream += wire(0xc1, deflate.message(std::string(300, static_cast<char>('a' + i % 26))));
        deflate.forget_context();
    }
    return stream;
}

const std::string body(300, 'x');

INSTANTIATE_TEST_SUITE_P(
    Streams, SteadyState,
    testing::Values(
        steady{"Unmasked", {}, repeated(wire(0x81, body), 200)},
        steady{"Masked", {.side = sender::client}, repeated(wire(0x81, body, sender::client), 200)},
        steady{
            "Fragments", {}, repeated(wire(0x01, body) + wire(0x89, "") + wire(0x80, body), 100)},
        steady{"Large", {}, repeated(wire(0x82, std::string(64 * kib, 'x')), 4)},
        steady{"Deflated", {.deflate = deflate_parameters{}}, deflated_stream()}),
    [](const auto& row) { return row.param.name; });

TEST(Memory, AViewTakesNone) {
    message_reader reader{{}};
    // Binary: the first look at UTF-8 in a process lets simdjson choose its code, once.
    const auto stream = repeated(wire(0x82, body), 200);
    const auto used = read(reader, stream, mib);
    EXPECT_FALSE(used.broken);
    EXPECT_EQ(used.allocations, 0U);
}

TEST(Memory, IsNotTakenOnTheWordOfALength) {
    message_reader reader{{}};
    const auto stream = octets({0x82, 127, 0, 0, 0, 0, 1, 0, 0, 0, 'x'});
    const auto used = read(reader, stream, mib);
    EXPECT_FALSE(used.broken);
    EXPECT_LE(used.octets, kib);
}

struct bounded {
    std::string name;
    sender side;
    std::string stream;
    std::size_t piece;
    bool broken;
};
void PrintTo(const bounded& row, std::ostream* out) {
    *out << row.name;
}
class AtMostTwiceTheLimit : public testing::TestWithParam<bounded> {};

// Above the limit stands what a violation says about itself.
constexpr std::size_t slack = 16 * kib;

TEST_P(AtMostTwiceTheLimit, IsHeld) {
    message_reader reader{{.side = GetParam().side, .message_limit = mib}};
    const auto used = read(reader, GetParam().stream, GetParam().piece);
    EXPECT_EQ(used.broken, GetParam().broken);
    EXPECT_GE(used.octets, mib / 2) << "the case does not use its memory";
    EXPECT_LE(used.octets, 2 * mib + slack);
}

std::string fragments(std::size_t count, std::size_t size) {
    auto stream = wire(0x02, std::string(size, 'x'));
    for (std::size_t i = 2; i < count; ++i)
        stream += wire(0x00, std::string(size, 'x'));
    return stream += wire(0x80, std::string(size, 'x'));
}

INSTANTIATE_TEST_SUITE_P(
    Streams, AtMostTwiceTheLimit,
    testing::Values(
        bounded{"Frame", sender::server, wire(0x82, std::string(mib, 'x')), 1448, false},
        bounded{"FrameByOctets", sender::server, wire(0x82, std::string(mib, 'x')), 1, false},
        bounded{"MaskedFrame", sender::client, wire(0x82, std::string(mib, 'x'), sender::client),
                2 * mib, false},
        bounded{"Fragments", sender::server, fragments(1024, kib), 1448, false},
        bounded{"FragmentsAboveTheLimit", sender::server, fragments(2000, kib), 1448, true}),
    [](const auto& row) { return row.param.name; });

/// @returns a message of this many zeros, compressed.
std::string bomb(std::size_t size) {
    test::deflater deflate{15, 9};
    return deflate.message(std::string(size, '\0'));
}

TEST(ZipBomb, StopsAtTheLimit) {
    const auto stream = wire(0xc2, bomb(64 * mib));
    ASSERT_LT(stream.size(), mib / 8) << "no bomb";
    for (const std::size_t piece : {std::size_t{1448}, mib}) {
        message_reader reader{{.message_limit = mib, .deflate = deflate_parameters{}}};
        const auto used = read(reader, stream, piece);
        EXPECT_EQ(reader.violation().code, errc::inflated_too_long);
        EXPECT_TRUE(used.broken);
        EXPECT_LE(used.octets, 2 * mib + slack);
    }
}

TEST(ZipBomb, StopsInTheFragmentThatGoesAbove) {
    const auto payload = bomb(4 * mib);
    std::string stream = wire(0x42, payload.substr(0, 100));
    for (std::size_t at = 100; at < payload.size(); at += 100)
        stream += wire(0x00, payload.substr(at, 100));
    message_reader reader{{.message_limit = mib, .deflate = deflate_parameters{}}};
    const auto used = read(reader, stream, stream.size());
    EXPECT_EQ(reader.violation().code, errc::inflated_too_long);
    EXPECT_LE(used.octets, 2 * mib + slack);
    // A thousand to one: the limit is reached after about a quarter.
    EXPECT_LT(reader.violation().offset, stream.size() / 3);
}

} // namespace
} // namespace rhombus::websocket
