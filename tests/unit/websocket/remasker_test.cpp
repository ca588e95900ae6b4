#include <rhombus/websocket/frame_decoder.hpp>
#include <rhombus/websocket/remasker.hpp>

#include <gmock/gmock.h>

namespace rhombus::websocket {
namespace {

using namespace std::string_literals;
using key = remasker::masking_key;

std::string masked_frame(unsigned char opcode, const key& mask, const std::string& payload) {
    std::string out;
    out += static_cast<char>(0x80 | opcode);
    if (payload.size() < 126) {
        out += static_cast<char>(0x80 | payload.size());
    } else if (payload.size() < 65'536) {
        out += '\xFE';
        out += static_cast<char>(payload.size() >> 8U);
        out += static_cast<char>(payload.size());
    } else {
        out += "\xFF\0\0\0\0"s;
        for (const auto shift : {24U, 16U, 8U, 0U})
            out += static_cast<char>(payload.size() >> shift);
    }
    out.append(mask.begin(), mask.end());
    for (std::size_t i = 0; i < payload.size(); ++i)
        out += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ mask[i % 4]);
    return out;
}

/// Keys 1, 2, 3, ... in their first octet.
auto counting_keys() {
    return [n = 0]() mutable { return key{static_cast<unsigned char>(++n), 0xAB, 0xCD, 0xEF}; };
}

std::vector<decoded_frame> decode(const std::string& octets) {
    frame_decoder decoder{{.side = sender::client}};
    decoder.feed(octets);
    std::vector<decoded_frame> frames;
    while (decoder.next() == frame_token::frame)
        frames.push_back(decoder.frame().to_frame());
    return frames;
}

TEST(Remasker, KeepsEveryPayloadAndGivesEachFrameItsOwnKey) {
    const key same{9, 9, 9, 9};
    auto octets = masked_frame(1, same, "hello") + masked_frame(9, same, "") +
                  masked_frame(1, same, std::string(300, 'x')) +
                  masked_frame(2, same, std::string(70'000, 'y'));
    remasker{counting_keys()}.apply(octets);
    const auto frames = decode(octets);
    ASSERT_EQ(frames.size(), 4U);
    EXPECT_EQ(frames[0].payload, "hello");
    EXPECT_EQ(frames[2].payload, std::string(300, 'x'));
    EXPECT_EQ(frames[3].payload, std::string(70'000, 'y'));
    for (std::size_t i = 0; i < frames.size(); ++i)
        EXPECT_EQ(frames[i].mask, (key{static_cast<unsigned char>(i + 1), 0xAB, 0xCD, 0xEF}));
}

TEST(Remasker, DoesTheSameHoweverTheStreamIsCut) {
    const auto stream =
        masked_frame(1, {1, 2, 3, 4}, std::string(130, 'z')) + masked_frame(10, {5, 6, 7, 8}, "p");
    auto whole = stream;
    remasker{counting_keys()}.apply(whole);
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        auto pieces = stream;
        remasker subject{counting_keys()};
        subject.apply(std::span{pieces}.first(cut));
        subject.apply(std::span{pieces}.subspan(cut));
        EXPECT_EQ(pieces, whole) << "cut at " << cut;
    }
}

TEST(Remasker, LeavesUnmaskedFramesAlone) {
    auto octets = "\x81\x02hi"s + "\x89\x00"s;
    const auto before = octets;
    remasker{counting_keys()}.apply(octets);
    EXPECT_EQ(octets, before);
}

} // namespace
} // namespace rhombus::websocket
