// parse_log FILE: lists the frames of a raw STOMP stream, as a server sent it, and every rule that
// is broken in it. Exit code 1 when there is one.
#include <rhombus/report/escape.hpp>
#include <rhombus/stomp/frame_reader.hpp>

#include <fstream>
#include <iostream>
#include <string>

namespace {

using rhombus::stomp::token;

/// @returns how many rules are broken in what next() or finish() found.
std::size_t show(const rhombus::stomp::frame_reader& reader, token found) {
    if (found == token::frame) {
        const auto& frame = reader.frame();
        std::cout << reader.offset() << ": " << rhombus::report::visible(frame.command())
                  << ", headers: " << frame.header_count()
                  << ", octets of body: " << frame.body().size() << '\n';
    }
    for (const auto& deviation : reader.deviations())
        std::cout << "  " << explain(deviation) << '\n';
    if (found != token::violation)
        return reader.deviations().size();
    std::cout << "  " << explain(reader.violation()) << ", and nothing is read behind it\n";
    return 1;
}

} // namespace

int main(int count, char** words) {
    std::ifstream file{count == 2 ? words[1] : "", std::ios::binary};
    if (!file) {
        std::cerr << "usage: parse_log FILE\n";
        return 2;
    }
    // `strict` in place of `explaining` ends at the first broken rule.
    rhombus::stomp::frame_reader reader{{.attitude = rhombus::stomp::explaining}};
    std::size_t broken = 0;
    std::string block(std::size_t{64} << 10U, '\0');
    while (file.read(block.data(), static_cast<std::streamsize>(block.size())), file.gcount() > 0) {
        reader.feed({block.data(), static_cast<std::size_t>(file.gcount())});
        for (auto found = reader.next(); found != token::need_more; found = reader.next()) {
            broken += show(reader, found);
            if (found == token::violation)
                return 1;
        }
    }
    broken += show(reader, reader.finish());
    return broken == 0 ? 0 : 1;
}
