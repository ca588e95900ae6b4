#include <rhombus/stomp/frame_parser.hpp>

#include <utility>

namespace rhombus::stomp {

frame_parser::frame_parser(direction side, parser_limits limits, attitude tolerated)
    : reader_{{.side = side, .attitude = tolerated, .limits = limits}} {}

void frame_parser::feed(std::string_view octets) {
    waiting_ += octets;
}

boost::system::result<std::optional<frame_parser::item>, parse_error> frame_parser::next() {
    for (;;) {
        switch (reader_.next()) {
        case token::need_more:
            if (waiting_.empty())
                return std::nullopt;
            reading_.clear();
            std::swap(reading_, waiting_);
            reader_.feed(reading_);
            break;
        case token::eol:
            return item{eol{reader_.offset()}};
        case token::frame:
            return item{
                parsed_frame{reader_.frame().to_frame(), reader_.offset(), reader_.octets()}};
        case token::skipped:
            break;
        case token::violation:
            return reader_.violation().error();
        }
    }
}

bool frame_parser::inside_frame() const noexcept {
    return reader_.inside_frame() || !waiting_.empty();
}

std::string_view frame_parser::unfinished() const noexcept {
    return reader_.unfinished();
}

std::size_t frame_parser::fed() const noexcept {
    return reader_.fed() + waiting_.size();
}

} // namespace rhombus::stomp
