#include "../../../lib/src/stomp/octet_masks.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

namespace rhombus::stomp {
namespace {

constexpr std::size_t blocks = 3;

void expect_same_masks(const std::string& octets) {
    std::array<octet_masks, blocks> expected;
    mask_octets_one_by_one(octets.data(), blocks, expected.data());
    for (const auto mask : supported_mask_octets()) {
        std::array<octet_masks, blocks> found;
        mask(octets.data(), blocks, found.data());
        for (std::size_t i = 0; i < blocks; ++i) {
            EXPECT_EQ(found[i].ends, expected[i].ends) << "block " << i;
            EXPECT_EQ(found[i].colons, expected[i].colons) << "block " << i;
            EXPECT_EQ(found[i].odd, expected[i].odd) << "block " << i;
        }
    }
}

TEST(OctetMasks, AgreeForEveryOctetInEveryPlace) {
    for (int octet = 0; octet < 256; ++octet) {
        for (std::size_t place = 0; place < block_octets; ++place) {
            std::string octets(blocks * block_octets, 'x');
            octets[block_octets + place] = static_cast<char>(octet);
            expect_same_masks(octets);
        }
    }
}

TEST(OctetMasks, AgreeOnRandomOctets) {
    std::mt19937 random{12};
    for (int round = 0; round < 200; ++round) {
        std::string octets(blocks * block_octets, '\0');
        for (auto& octet : octets)
            octet = static_cast<char>(random());
        expect_same_masks(octets);
    }
}

TEST(OctetMasks, AreLookedForByTheWidestInstructions) {
    EXPECT_EQ(fastest_mask_octets(), supported_mask_octets().back());
}

TEST(OctetMasks, TellTheOctetsThatMatter) {
    std::string octets(block_octets, 'x');
    octets.replace(0, 7, "\n:\r\\\x80 x");
    octets[7] = '\0';
    octet_masks found;
    fastest_mask_octets()(octets.data(), 1, &found);
    EXPECT_EQ(found.ends, 0b1000'0001U);
    EXPECT_EQ(found.colons, 0b0000'0010U);
    EXPECT_EQ(found.odd & 0b1111'1111U, 0b1001'1100U);
}

} // namespace
} // namespace rhombus::stomp
