#include <rhombus/stomp/escape.hpp>
#include <rhombus/stomp/frame_view.hpp>

namespace rhombus::stomp {

std::string_view encoded_text::unescape(std::string& scratch) const {
    scratch.clear();
    unescape_to(scratch, raw_, escapes_);
    return scratch;
}

std::string encoded_text::text() const {
    std::string out;
    unescape_to(out, raw_, escapes_);
    return out;
}

bool encoded_text::means(std::string_view text) const {
    if (!escaped())
        return raw_ == text;
    std::string scratch;
    return decode(scratch) == text;
}

std::optional<encoded_text> frame_view::find(std::string_view name) const {
    for (std::size_t i = 0; i < headers_.size(); ++i) {
        if (const auto each = header(i); each.name.means(name))
            return each.value;
    }
    return std::nullopt;
}

stomp::frame frame_view::to_frame() const {
    stomp::frame copy{std::string{command_}, {}, std::string{body_}};
    copy.headers.reserve(headers_.size());
    for (std::size_t i = 0; i < headers_.size(); ++i) {
        const auto each = header(i);
        copy.headers.push_back({each.name.text(), each.value.text()});
    }
    return copy;
}

} // namespace rhombus::stomp
