// Two lines: two secrets; one octet: cuts; behind them what may hold the secrets.
#include "expect.hpp"
#include "input.hpp"

#include <rhombus/transcript/redactor.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace rhombus::fuzz {
namespace {

using namespace transcript;

/// A search that owes nothing to the one under test.
class plain_forms {
public:
    void add(std::string_view value) {
        keep(std::string{value});
        keep(transformed(value, percent));
        keep(transformed(value, hexadecimal));
        keep(transformed(value, json));
        for (std::size_t before = 0; before < 3; ++before)
            keep(base64_inside(value, before));
    }
    [[nodiscard]] bool stand_in(std::string_view text) const {
        return std::ranges::any_of(forms_, [&](const std::string& form) {
            return text.find(form) != std::string_view::npos;
        });
    }

private:
    void keep(std::string form) {
        if (form.size() >= 4)
            forms_.push_back(std::move(form));
    }
    static std::string transformed(std::string_view value, std::string (*one)(char)) {
        std::string out;
        for (const auto octet : value)
            out += one(octet);
        return out;
    }
    static std::string hexadecimal(char octet) {
        constexpr std::string_view digits = "0123456789abcdef";
        const auto value = static_cast<unsigned char>(octet);
        return {digits[value / 16], digits[value % 16]};
    }
    static std::string percent(char octet) {
        const bool plain = (octet >= '0' && octet <= '9') || (octet >= 'a' && octet <= 'z') ||
                           (octet >= 'A' && octet <= 'Z') || octet == '-' || octet == '.' ||
                           octet == '_' || octet == '~';
        return plain ? std::string{octet} : "%" + hexadecimal(octet);
    }
    static std::string json(char octet) {
        return octet == '"' || octet == '\\' ? std::string{'\\', octet} : std::string{octet};
    }
    /// The characters that do not depend on what stands around the value.
    static std::string base64_inside(std::string_view value, std::size_t before) {
        constexpr std::string_view alphabet =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        std::string out;
        const auto first = (8 * before + 5) / 6;
        const auto last = 8 * (before + value.size()) / 6;
        for (auto at = first; at < last; ++at) {
            std::size_t six = 0;
            for (std::size_t bit = 6 * at; bit < 6 * at + 6; ++bit)
                six = 2 * six + bit_of(value, bit - 8 * before);
            out += alphabet[six];
        }
        return out;
    }
    static std::size_t bit_of(std::string_view value, std::size_t bit) {
        return static_cast<unsigned char>(value[bit / 8]) >> (7 - bit % 8) & 1U;
    }

    std::vector<std::string> forms_;
};

/// What a replacement cannot bring about by itself.
bool fit(std::string_view secret) {
    return secret.size() >= 4 &&
           std::ranges::all_of(secret, [](char c) { return c >= ' ' && c <= '~'; });
}

void expect_scanner_finds(const redactor& secrets, const std::vector<std::string_view>& pieces,
                          bool there) {
    std::size_t found = 0;
    std::uint64_t behind = 0;
    exposure_scanner scanner{secrets, [&](const exposure& one) {
                                 ++found;
                                 expect(one.offset >= behind, "places come in order");
                                 behind = one.offset + one.octets;
                             }};
    for (const auto piece : pieces)
        scanner.feed(piece);
    expect((found > 0) == there, "the proof scan finds what is there, and nothing else");
}

void expect_clean_stream(const redactor& secrets, const plain_forms& forms,
                         const std::vector<std::string_view>& pieces) {
    std::string shown;
    std::string begun;
    for (const auto piece : pieces) {
        record subject{
            .what = ws_frame{.opcode = 2, .octets = piece.size(), .payload = std::string{piece}}};
        secrets.clean(subject, begun);
        shown += std::get<ws_frame>(subject.what).payload;
        expect(begun.size() < std::max<std::size_t>(secrets.longest(), 1),
               "what may begin a secret is shorter than one");
    }
    expect(!forms.stand_in(shown), "no secret is read over the bounds of frames");
}

void run(input subject) {
    const std::array secrets{subject.take_line(), subject.take_line()};
    const auto seed = subject.take_octet();
    const auto text = subject.rest();
    redactor under_test;
    plain_forms forms;
    for (const auto secret : secrets) {
        if (!fit(secret))
            continue;
        under_test.add("n", secret);
        forms.add(secret);
    }
    const auto found = under_test.find(text).has_value();
    expect(found || !forms.stand_in(text), "every form is found");
    const auto clean = under_test.clean(text);
    expect(!forms.stand_in(clean), "no form of a secret is left");
    expect(found || clean == text, "what holds no secret stays");
    expect_scanner_finds(under_test, {text}, found);
    expect_scanner_finds(under_test, cut(text, seed), found);
    expect_scanner_finds(under_test, single_octets(text), found);
    expect_clean_stream(under_test, forms, cut(text, seed));
    expect_clean_stream(under_test, forms, single_octets(text));
}

} // namespace
} // namespace rhombus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rhombus::fuzz::run({data, size});
    return 0;
}
