#include "base64.hpp"
#include "fields.hpp"
#include "kinds.hpp"

#include <rhombus/transcript/json_lines.hpp>
#include <rhombus/utf8.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <concepts>
#include <limits>
#include <type_traits>
#include <utility>

namespace rhombus::transcript {

namespace {

using json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 3> origins{"client", "server", "tool"};
/// Deeper values are kept as text: writing them would recurse as deep.
constexpr std::size_t deepest_nesting = 256;

std::string rfc3339(std::int64_t wall_ms) {
    using namespace std::chrono;
    const sys_time<milliseconds> when{milliseconds{wall_ms}};
    const auto day = floor<days>(when);
    const year_month_day date{day};
    const hh_mm_ss time{when - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count(),
                       time.subseconds().count());
}

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t length) {
    int value = 0;
    const auto* const begin = text.data() + at;
    const auto [rest, failure] = std::from_chars(begin, begin + length, value);
    if (failure != std::errc{} || rest != begin + length || value < 0)
        return std::nullopt;
    return value;
}

/// @returns milliseconds since 1970 of exactly `YYYY-MM-DDTHH:MM:SS.mmmZ`.
std::optional<std::int64_t> from_rfc3339(std::string_view text) {
    using namespace std::chrono;
    constexpr std::string_view shape = "0000-00-00T00:00:00.000Z";
    const auto fits = [](char pattern, char octet) {
        return pattern == '0' ? octet >= '0' && octet <= '9' : pattern == octet;
    };
    if (!std::equal(shape.begin(), shape.end(), text.begin(), text.end(), fits))
        return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t length) {
        return digits(text, at, length).value_or(0);
    };
    const auto date = year{number(0, 4)} / number(5, 2) / number(8, 2);
    if (!date.ok())
        return std::nullopt;
    const auto when = sys_days{date} + hours{number(11, 2)} + minutes{number(14, 2)} +
                      seconds{number(17, 2)} + milliseconds{number(20, 3)};
    return duration_cast<milliseconds>(when.time_since_epoch()).count();
}

/// @returns how deep arrays and objects nest, strings skipped.
std::size_t nesting(std::string_view text) {
    std::size_t depth = 0;
    std::size_t deepest = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto octet = text[i];
        if (quoted && octet == '\\')
            ++i;
        else if (octet == '"')
            quoted = !quoted;
        else if (!quoted && (octet == '{' || octet == '['))
            deepest = std::max(deepest, ++depth);
        else if (!quoted && depth > 0 && (octet == '}' || octet == ']'))
            --depth;
    }
    return deepest;
}

/// @returns the object that the text is; an object that holds the text where it is none.
json object_from(std::string_view text) {
    auto parsed = nesting(text) > deepest_nesting ? json{} : json::parse(text, nullptr, false);
    return parsed.is_object() ? parsed : json{{"text", text}};
}

template <class Kind>
json to_json(const Kind& value);

class field_writer {
public:
    explicit field_writer(json& out) : out_{out} {}

    template <class T>
    void operator()(const char* name, const T& value) {
        out_[name] = value;
    }
    void operator()(const char* name, const std::optional<std::string>& value) {
        out_[name] = value ? json(*value) : json(nullptr);
    }
    void operator()(const char* name, const header_list& fields) {
        auto& list = out_[name] = json::array();
        for (const auto& [field, value] : fields)
            list.push_back(json::array({field, value}));
    }
    void operator()(const char* name, const std::vector<certificate>& chain) {
        auto& list = out_[name] = json::array();
        for (const auto& link : chain)
            list.push_back(to_json(link));
    }
    void nullable(const char* name, const std::string& value) {
        out_[name] = value.empty() ? json(nullptr) : json(value);
    }
    void json_text(const char* name, const std::string& value) { out_[name] = object_from(value); }
    void base64(const char* name, const std::string& value) { out_[name] = to_base64(value); }
    void payload(const std::string& value) {
        if (well_formed_utf8(value))
            out_["text"] = value;
        else
            base64("base64", value);
    }
    template <class T>
    void optional(const char* name, const std::optional<T>& value) {
        if (value)
            out_[name] = *value;
    }
    void flag(const char* name, const char* word, bool value) {
        if (value)
            out_[name] = word;
    }

private:
    json& out_;
};

template <class Kind>
json to_json(const Kind& value) {
    auto out = json::object();
    field_writer writer{out};
    visit_fields(writer, value);
    return out;
}

/// Reads members of one object; the first that is missing or of another type is kept as the error.
class field_reader {
public:
    field_reader(const json& in, std::string place, std::optional<line_error>& error)
        : in_{in}, place_{std::move(place)}, error_{error} {}

    template <class T>
    void operator()(const char* name, T& value) {
        if (const auto* const member = find(name))
            read(*member, place_ + name, value);
    }
    void nullable(const char* name, std::string& value) {
        const auto* const member = find(name);
        if (member != nullptr && !member->is_null())
            read(*member, place_ + name, value);
    }
    void json_text(const char* name, std::string& value) {
        const auto* const member = find(name);
        if (member == nullptr)
            return;
        if (!member->is_object())
            return refuse(place_ + name, "an object");
        value = member->dump();
    }
    void base64(const char* name, std::string& value) {
        std::string text;
        (*this)(name, text);
        auto octets = from_base64(text);
        if (!octets)
            return refuse(place_ + name, "base64");
        value = *std::move(octets);
    }
    void payload(std::string& value) {
        if (in_.contains("text"))
            (*this)("text", value);
        else
            base64("base64", value);
    }
    template <class T>
    void optional(const char* name, std::optional<T>& value) {
        if (in_.contains(name))
            (*this)(name, value.emplace());
    }
    void flag(const char* name, const char* word, bool& value) {
        value = in_.contains(name) && in_[name] == word;
    }

private:
    const json* find(const char* name) {
        const auto member = in_.find(name);
        if (member != in_.end())
            return &*member;
        refuse(place_ + name, "this member");
        return nullptr;
    }
    void refuse(std::string field, std::string_view expected) {
        if (!error_)
            error_ = line_error{std::move(field), std::string{expected}};
    }

    void read(const json& in, const std::string& at, std::string& value) {
        if (!in.is_string())
            return refuse(at, "a string");
        value = in.get<std::string>();
    }
    void read(const json& in, const std::string& at, bool& value) {
        if (!in.is_boolean())
            return refuse(at, "true or false");
        value = in.get<bool>();
    }
    template <std::integral T>
    void read(const json& in, const std::string& at, T& value) {
        if (!in.is_number_integer())
            return refuse(at, "an integer");
        const auto fits = in.is_number_unsigned() ? std::in_range<T>(in.get<std::uint64_t>())
                                                  : std::in_range<T>(in.get<std::int64_t>());
        if (!fits)
            return refuse(at, fmt::format("an integer from {} to {}", std::numeric_limits<T>::min(),
                                          std::numeric_limits<T>::max()));
        value = in.get<T>();
    }
    void read(const json& in, const std::string& at, std::optional<std::string>& value) {
        if (!in.is_null())
            read(in, at, value.emplace());
    }
    void read(const json& in, const std::string& at, std::pair<std::string, std::string>& field) {
        if (!in.is_array() || in.size() != 2)
            return refuse(at, "a pair of name and value");
        read(in[0], at + ".0", field.first);
        read(in[1], at + ".1", field.second);
    }
    template <class Kind>
    requires std::same_as<Kind, certificate> || std::same_as<Kind, redaction>
    void read(const json& in, const std::string& at, Kind& value) {
        if (!in.is_object())
            return refuse(at, "an object");
        field_reader inner{in, at + '.', error_};
        visit_fields(inner, value);
    }
    template <class T>
    void read(const json& in, const std::string& at, std::vector<T>& values) {
        if (!in.is_array())
            return refuse(at, "a list");
        for (std::size_t i = 0; i < in.size(); ++i)
            read(in[i], fmt::format("{}.{}", at, i), values.emplace_back());
    }

    const json& in_;
    std::string place_;
    std::optional<line_error>& error_;
};

/// @returns an empty detail of the kind with that index.
template <std::size_t... Index>
detail make_detail(std::size_t wanted, std::index_sequence<Index...> /*all*/) {
    detail made;
    static_cast<void>(((wanted == Index ? (made.emplace<Index>(), true) : false) || ...));
    return made;
}

std::optional<line_error> read_common(const json& in, record& subject) {
    std::optional<line_error> error;
    field_reader reader{in, "", error};
    std::string wall;
    std::string from;
    reader("n", subject.n);
    reader("t_ns", subject.when.t_ns);
    reader("wall", wall);
    reader("conn", subject.conn);
    reader("from", from);
    if (error)
        return error;

    const auto wall_ms = from_rfc3339(wall);
    if (!wall_ms)
        return line_error{"wall", "a time such as 2026-03-31T00:00:00.000Z"};
    subject.when.wall_ms = *wall_ms;
    const auto* const who = std::find(origins.begin(), origins.end(), from);
    if (who == origins.end())
        return line_error{"from", "client, server or tool"};
    subject.from = static_cast<origin>(who - origins.begin());
    return std::nullopt;
}

std::optional<line_error> read_detail(const json& in, record& subject) {
    std::optional<line_error> error;
    field_reader reader{in, "", error};
    std::string word;
    reader("kind", word);
    const auto* const kind = std::find(kinds.begin(), kinds.end(), word);
    if (!error && kind == kinds.end())
        return line_error{"kind", "a kind of record that this version knows"};
    if (error)
        return error;
    subject.what = make_detail(static_cast<std::size_t>(kind - kinds.begin()),
                               std::make_index_sequence<std::variant_size_v<detail>>{});
    std::visit([&](auto& what) { visit_fields(reader, what); }, subject.what);
    if (!std::holds_alternative<header>(subject.what) && in.contains("redacted"))
        reader("redacted", subject.redacted);
    return error;
}

} // namespace

std::string to_line(const record& subject) {
    json out{{"n", subject.n},
             {"t_ns", subject.when.t_ns},
             {"wall", rfc3339(subject.when.wall_ms)},
             {"conn", subject.conn},
             {"from", origins.at(static_cast<std::size_t>(subject.from))},
             {"kind", kind_of(subject.what)}};
    field_writer writer{out};
    std::visit([&](const auto& what) { visit_fields(writer, what); }, subject.what);
    if (!subject.redacted.empty()) {
        auto& list = out["redacted"] = json::array();
        for (const auto& place : subject.redacted)
            list.push_back(to_json(place));
    }
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

boost::system::result<record, line_error> from_line(std::string_view line) {
    const auto in = nesting(line) > deepest_nesting ? json{} : json::parse(line, nullptr, false);
    if (!in.is_object())
        return line_error{"", "one JSON object"};
    record subject;
    if (auto error = read_common(in, subject))
        return *std::move(error);
    if (auto error = read_detail(in, subject))
        return *std::move(error);
    return subject;
}

} // namespace rhombus::transcript
