#include "reading.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <utility>

namespace rhombus::stomp {
namespace {

std::string to_line(const frame_reader& reader) {
    const auto& frame = reader.frame();
    EXPECT_EQ(frame.offset(), reader.offset());
    EXPECT_EQ(frame.octets().size(), reader.octets());
    auto line = fmt::format("frame {}+{} {}", reader.offset(), reader.octets(), frame.command());
    for (const auto& header : frame.to_frame().headers)
        line += fmt::format(" {}={}", header.name, header.value);
    if (!frame.body().empty())
        line += fmt::format(" {}", frame.body());
    return line;
}

void add(reading& into, token found, const frame_reader& reader) {
    for (const auto& note : reader.deviations())
        into.push_back(fmt::format("note {} {}", name_of(note.code), note.offset));
    if (found == token::eol)
        into.push_back(fmt::format("eol {}", reader.offset()));
    else if (found == token::skipped)
        into.push_back(fmt::format("skipped {}+{}", reader.offset(), reader.octets()));
    else if (found == token::frame)
        into.push_back(to_line(reader));
    else if (found == token::violation)
        into.push_back(fmt::format("violation {} {}", name_of(reader.violation().code),
                                   reader.violation().offset));
}

/// @returns whether the stream goes on.
bool drain(reading& into, frame_reader& reader) {
    for (auto found = reader.next(); found != token::need_more; found = reader.next()) {
        add(into, found, reader);
        if (found == token::violation)
            return false;
    }
    return true;
}

void end(reading& into, frame_reader& reader, at_the_end how) {
    if (how == at_the_end::finish) {
        if (const auto found = reader.finish(); found != token::need_more)
            add(into, found, reader);
    } else if (reader.inside_frame()) {
        into.emplace_back("inside");
    }
}

} // namespace

reading read_pieces(const std::vector<std::string_view>& pieces, const reader_options& options,
                    at_the_end how) {
    frame_reader reader{options};
    reading result;
    std::size_t fed = 0;
    for (const auto piece : pieces) {
        // The octets live no longer than they must: a reader that keeps a view of them is found
        // out.
        const std::string only_now{piece};
        reader.feed(only_now);
        fed += piece.size();
        if (!drain(result, reader))
            return result;
        EXPECT_EQ(reader.fed(), fed);
    }
    end(result, reader, how);
    return result;
}

reading read_every_cut(std::string_view octets, const reader_options& options, at_the_end how) {
    auto whole = read_pieces({octets}, options, how);
    for (std::size_t cut = 0; cut <= octets.size(); ++cut)
        EXPECT_EQ(read_pieces({octets.substr(0, cut), octets.substr(cut)}, options, how), whole)
            << "cut at " << cut;
    for (std::size_t size = 1; size <= 3; ++size) {
        std::vector<std::string_view> pieces;
        for (std::size_t i = 0; i < octets.size(); i += size)
            pieces.push_back(octets.substr(i, size));
        EXPECT_EQ(read_pieces(pieces, options, how), whole) << size << " octets at a time";
    }
    return whole;
}

reading read_messages(const std::vector<std::string_view>& messages,
                      const reader_options& options) {
    frame_reader reader{options};
    reading result;
    for (const auto message : messages) {
        reader.feed(message);
        if (!drain(result, reader))
            return result;
        reader.end_message();
    }
    end(result, reader, at_the_end::wait);
    return result;
}

} // namespace rhombus::stomp
