// The input is a header's text.
#include "expect.hpp"
#include "input.hpp"

#include <rhombus/stomp/escape.hpp>
#include <rhombus/stomp/frame_view.hpp>
#include <rhombus/stomp/version.hpp>

namespace rhombus::fuzz {
namespace {

void run(std::string_view text) {
    const auto escaped = stomp::escape(text);
    expect(escaped.find_first_of("\r\n:") == std::string::npos, "nothing ends an escaped header");
    const auto back = stomp::unescape(escaped);
    expect(back.has_value() && *back == text, "what is escaped comes back");

    const auto letters = escape_letters(stomp::version::v1_2);
    const stomp::encoded_text lazily{text, letters};
    if (const auto meant = stomp::unescape(text)) {
        expect(meant->size() <= text.size(), "unescaping adds nothing");
        expect(lazily.text() == *meant, "lazy unescaping gives the same");
        expect(lazily.means(*meant), "a text means what it says");
    } else {
        expect(text.at(meant.error().offset) == '\\', "the error points at the backslash");
        expect(meant.error().code == stomp::errc::undefined_escape, "the rule is named");
        expect(stomp::unescape(text.substr(0, meant.error().offset)).has_value(),
               "it is the first error");
    }
    std::string tolerant;
    stomp::unescape_to(tolerant, text, letters);
    expect(tolerant == lazily.text(), "both tolerant forms agree");
}

} // namespace
} // namespace rhombus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rhombus::fuzz::run(rhombus::fuzz::input{data, size}.rest());
    return 0;
}
