#include "extensions.hpp"

#include <algorithm>
#include <utility>

namespace rhombus::websocket {
namespace {

// RFC 7230 section 3.2.6.
bool token_octet(char c) noexcept {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || marks.find(c) != std::string_view::npos;
}

class extensions_reader {
public:
    explicit extensions_reader(std::string_view value) : value_{value} {}

    /// @returns whether the whole value follows the grammar.
    [[nodiscard]] bool read(std::vector<extension>& found) {
        for (;;) {
            while (skip(','))
                ;
            if (at_ == value_.size())
                return true;
            found.emplace_back();
            if (!read_extension(found.back()))
                return false;
            if (at_ < value_.size() && value_[at_] != ',')
                return false;
        }
    }
    /// @returns where it stopped.
    [[nodiscard]] std::size_t at() const noexcept { return at_; }

private:
    void skip_blanks() noexcept {
        at_ = std::min(value_.find_first_not_of(" \t", at_), value_.size());
    }
    [[nodiscard]] bool skip(char mark) noexcept {
        skip_blanks();
        if (at_ == value_.size() || value_[at_] != mark)
            return false;
        ++at_;
        skip_blanks();
        return true;
    }
    [[nodiscard]] std::string_view token() noexcept {
        const auto begin = at_;
        while (at_ < value_.size() && token_octet(value_[at_]))
            ++at_;
        return value_.substr(begin, at_ - begin);
    }
    [[nodiscard]] bool read_extension(extension& into) {
        into.offset = at_;
        into.name = token();
        if (into.name.empty())
            return false;
        while (skip(';')) {
            into.parameters.emplace_back();
            if (!read_parameter(into.parameters.back()))
                return false;
        }
        return true;
    }
    [[nodiscard]] bool read_parameter(extension_parameter& into) {
        into.offset = at_;
        into.name = token();
        if (into.name.empty())
            return false;
        if (!skip('='))
            return true;
        into.value = at_ < value_.size() && value_[at_] == '"' ? quoted() : std::string{token()};
        return !into.value->empty() && std::ranges::all_of(*into.value, token_octet);
    }
    /// @returns what stands between quotes; empty when it has no end.
    [[nodiscard]] std::string quoted() {
        std::string text;
        for (++at_; at_ < value_.size(); ++at_) {
            if (value_[at_] == '"') {
                ++at_;
                return text;
            }
            if (value_[at_] == '\\' && ++at_ == value_.size())
                break;
            text += value_[at_];
        }
        return {};
    }

    std::string_view value_;
    std::size_t at_ = 0;
};

} // namespace

boost::system::result<std::vector<extension>, extensions_error>
read_extensions(std::string_view value) {
    std::vector<extension> found;
    extensions_reader reader{value};
    if (!reader.read(found))
        return extensions_error{extensions_errc::malformed, reader.at()};
    return found;
}

} // namespace rhombus::websocket
