#include "stomp_reading.hpp"

#include "allocation_guard.hpp"
#include "expect.hpp"

#include <algorithm>
#include <string>

namespace rhombus::fuzz {
namespace {

using stomp::token;

bool printable(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

void expect_true_excerpt(const stomp::deviation& what, std::string_view all) {
    expect(what.excerpt.size() <= stomp::deviation::excerpt_octets, "an excerpt is bounded");
    expect(what.caret <= what.excerpt.size(), "the caret stands in or behind its excerpt");
    expect(what.offset <= all.size(), "a deviation stands in what came");
    expect(all.substr(what.offset - what.caret, what.excerpt.size()) == what.excerpt,
           "an excerpt shows the octets that came");
    expect(printable(explain(what)), "an explanation is printable");
}

/// Keeps what tokens show, while the octets of each piece are gone as soon as they may be.
class recording {
public:
    recording(stomp_reading& into, std::string_view all) : into_{into}, all_{all} {}

    void add(token found, const stomp::frame_reader& reader) {
        stomp_item item{.kind = found};
        for (const auto& note : reader.deviations()) {
            expect_true_excerpt(note, all_);
            item.notes.push_back(note.error());
        }
        if (found == token::violation)
            add_violation(item, reader);
        else
            add_octets(item, reader);
        into_.push_back(std::move(item));
    }
    [[nodiscard]] std::size_t end() const noexcept { return end_; }

private:
    void add_violation(stomp_item& item, const stomp::frame_reader& reader) {
        expect_true_excerpt(reader.violation(), all_);
        expect(reader.violation().offset >= end_, "a violation stands behind the last token");
        item.violation = reader.violation().error();
    }
    void add_octets(stomp_item& item, const stomp::frame_reader& reader) {
        item.octets = reader.octets();
        item.offset = found_at(item, reader);
        expect(item.offset == end_, "tokens leave no gap");
        expect(item.octets > 0, "a token has octets");
        end_ += item.octets;
        if (item.kind != token::frame)
            return;
        expect(reader.frame().octets() == all_.substr(item.offset, item.octets),
               "a frame shows the octets that came");
        expect(reader.frame().offset() == item.offset, "a frame knows its place");
        item.frame = reader.frame().to_frame();
    }
    static std::size_t found_at(const stomp_item& item, const stomp::frame_reader& reader) {
        // An EOL is known by the place of its LF.
        return item.kind == token::eol ? reader.offset() + 1 - item.octets : reader.offset();
    }

    stomp_reading& into_;
    std::string_view all_;
    std::size_t end_ = 0;
};

} // namespace

stomp_reading read_stomp(const std::vector<std::string_view>& pieces,
                         const stomp::reader_options& options) {
    stomp_reading result;
    std::string all;
    for (const auto piece : pieces)
        all += piece;
    recording record{result, all};
    stomp::frame_reader reader{options};
    std::size_t fed = 0;
    for (const auto piece : pieces) {
        const std::vector<char> only_now(piece.begin(), piece.end());
        reader.feed({only_now.data(), only_now.size()});
        fed += piece.size();
        for (auto found = reader.next(); found != token::need_more; found = reader.next()) {
            record.add(found, reader);
            if (found != token::violation)
                continue;
            expect(reader.fed() == fed && reader.unfinished().size() <= 4096,
                   "a bounded beginning is kept of what broke a rule");
            return result;
        }
        expect(reader.fed() == fed, "the reader counts what it is fed");
        expect(record.end() + reader.unfinished().size() <= fed, "nothing is read twice");
    }
    if (const auto last = reader.finish(); last != token::need_more) {
        record.add(last, reader);
        if (last == token::violation)
            return result;
    }
    expect(record.end() == fed, "the tokens cover the stream");
    return result;
}

stomp::reader_options options_from(std::uint8_t choice, stomp::attitude attitude) {
    constexpr stomp::version versions[]{stomp::version::v1_2, stomp::version::v1_1,
                                        stomp::version::v1_0, stomp::version::v1_2};
    return {.side =
                (choice & 1U) == 0 ? stomp::direction::from_server : stomp::direction::from_client,
            .attitude = attitude,
            .version = versions[(choice >> 1U) & 3U],
            .limits = small_limits};
}

void expect_bounded_memory(const std::vector<std::string_view>& pieces,
                           const stomp::reader_options& options) {
    stomp::frame_reader reader{options};
    const allocation_guard guard;
    for (const auto piece : pieces) {
        reader.feed(piece);
        auto found = reader.next();
        while (found != token::need_more && found != token::violation)
            found = reader.next();
        if (found == token::violation)
            break;
    }
    constexpr auto list = stomp::frame_reader::most_deviations * sizeof(stomp::deviation);
    expect(guard.largest() <= std::max(2 * options.limits.frame_octets, list),
           "no block is larger than twice the limit");
}

} // namespace rhombus::fuzz
