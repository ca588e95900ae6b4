#include "base64.hpp"
#include "fields.hpp"
#include "json_escape.hpp"
#include "json_scan.hpp"
#include "kinds.hpp"
#include "octet_buffer.hpp"
#include "rfc3339.hpp"

#include <rhombus/transcript/json_lines.hpp>
#include <rhombus/utf8.hpp>

#include <array>
#include <charconv>
#include <concepts>
#include <cstring>
#include <limits>

namespace rhombus::transcript {

namespace {

/// Writes the members of an object that is open; members after the first gain a comma.
class field_writer {
public:
    explicit field_writer(octet_buffer& out) : out_{out} {}

    template <class T>
    void operator()(std::string_view name, const T& value) {
        key(name);
        put(value);
    }
    void nullable(std::string_view name, const std::string& value) {
        key(name);
        if (value.empty())
            out_.append("null");
        else
            put(value);
    }
    void json_text(std::string_view name, const std::string& value) {
        key(name);
        if (append_minified_object(out_, value))
            return;
        out_.append(R"({"text":)");
        put(value);
        out_.append('}');
    }
    void base64(std::string_view name, const std::string& value) {
        key(name);
        auto* const to = out_.room(base64_length(value.size()) + 2);
        *to = '"';
        auto* const end = put_base64(value, to + 1);
        *end = '"';
        out_.end_at(end + 1);
    }
    void payload(const std::string& value) {
        if (!well_formed_utf8(value))
            return base64("base64", value);
        key("text");
        append_json_utf8(out_, value);
    }
    template <class T>
    void optional(std::string_view name, const std::optional<T>& value) {
        if (value)
            (*this)(name, *value);
    }
    void flag(std::string_view name, std::string_view word, bool value) {
        if (value)
            (*this)(name, word);
    }

private:
    void key(std::string_view name) {
        auto* to = out_.room(name.size() + 4);
        if (!first_)
            *to++ = ',';
        first_ = false;
        *to++ = '"';
        std::memcpy(to, name.data(), name.size());
        to += name.size();
        *to++ = '"';
        *to++ = ':';
        out_.end_at(to);
    }

    void put(std::string_view value) { append_json_string(out_, value); }
    void put(const std::string& value) { append_json_string(out_, value); }
    void put(bool value) { out_.append(value ? "true" : "false"); }
    template <std::integral T>
    void put(T value) {
        constexpr std::size_t longest = std::numeric_limits<std::uint64_t>::digits10 + 2;
        auto* const to = out_.room(longest);
        out_.end_at(std::to_chars(to, to + longest, value).ptr);
    }
    void put(const std::optional<std::string>& value) {
        if (value)
            put(*value);
        else
            out_.append("null");
    }
    void put(const std::pair<std::string, std::string>& field) {
        out_.append('[');
        put(field.first);
        out_.append(',');
        put(field.second);
        out_.append(']');
    }
    template <class Kind>
    requires std::same_as<Kind, certificate> || std::same_as<Kind, redaction>
    void put(const Kind& value) {
        out_.append('{');
        field_writer inner{out_};
        visit_fields(inner, value);
        out_.append('}');
    }
    template <class T>
    void put(const std::vector<T>& values) {
        out_.append('[');
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i != 0)
                out_.append(',');
            put(values[i]);
        }
        out_.append(']');
    }

    octet_buffer& out_;
    bool first_ = true;
};

constexpr std::int64_t ms_per_second = 1000;

/// The wall clock as text; of records of one second only the milliseconds are written anew.
class wall_text {
public:
    std::string_view of(std::int64_t wall_ms) noexcept {
        const auto past = wall_ms - second_ms_;
        if (past < 0 || past >= ms_per_second || !known_) {
            put_rfc3339(wall_ms, text_.data());
            const auto ms = (wall_ms % ms_per_second + ms_per_second) % ms_per_second;
            second_ms_ = wall_ms - ms;
            known_ = true;
        } else {
            constexpr std::size_t at = 20;
            text_[at] = static_cast<char>('0' + past / 100);
            text_[at + 1] = static_cast<char>('0' + past / 10 % 10);
            text_[at + 2] = static_cast<char>('0' + past % 10);
        }
        return {text_.data(), text_.size()};
    }

private:
    std::array<char, rfc3339_octets> text_{};
    std::int64_t second_ms_ = 0;
    bool known_ = false;
};

} // namespace

struct line_buffer::state {
    octet_buffer out;
    wall_text wall;
};

line_buffer::line_buffer() : state_{std::make_unique<state>()} {}
line_buffer::line_buffer(line_buffer&& other) noexcept = default;
line_buffer& line_buffer::operator=(line_buffer&& other) noexcept = default;
line_buffer::~line_buffer() = default;

void line_buffer::append(const record& subject) {
    append(subject, subject.n);
}

void line_buffer::append(const record& subject, std::uint64_t n) {
    auto& out = state_->out;
    out.append('{');
    field_writer writer{out};
    writer("n", n);
    writer("t_ns", subject.when.t_ns);
    writer("wall", state_->wall.of(subject.when.wall_ms));
    writer("conn", subject.conn);
    writer("from", word_of(subject.from));
    writer("kind", kind_of(subject.what));
    std::visit([&](const auto& what) { visit_fields(writer, what); }, subject.what);
    if (!subject.redacted.empty())
        writer("redacted", subject.redacted);
    out.append("}\n");
}

std::string_view line_buffer::text() const noexcept {
    return state_->out.text();
}

void line_buffer::clear() noexcept {
    state_->out.shrink(0);
}

std::string to_line(const record& subject) {
    line_buffer line;
    line.append(subject);
    const auto text = line.text();
    return std::string{text.substr(0, text.size() - 1)};
}

} // namespace rhombus::transcript
