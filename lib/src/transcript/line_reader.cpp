#include "base64.hpp"
#include "fields.hpp"
#include "json_scan.hpp"
#include "kinds.hpp"
#include "place.hpp"
#include "rfc3339.hpp"

#include <rhombus/transcript/json_lines.hpp>
#include <rhombus/utf8.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <concepts>
#include <limits>
#include <utility>

namespace rhombus::transcript {

namespace {

constexpr std::string_view no_object = "one JSON object";

/// No kind has half as many members; a bound makes looking for one cheap.
constexpr std::size_t most_members = 64;

std::string few_members() {
    return fmt::format("at most {} members", most_members);
}

struct member {
    std::string_view name;
    json_value value;
};

/// What is wrong with a line; the first thing wins.
class complaint {
public:
    void refuse(std::string field, std::string expected) {
        if (!error_)
            error_ = line_error{std::move(field), std::move(expected)};
    }
    void refuse_json() {
        // Whatever else was said: a line that is no JSON has no fields.
        error_ = line_error{"", std::string{no_object}};
    }
    [[nodiscard]] explicit operator bool() const noexcept { return error_.has_value(); }
    [[nodiscard]] line_error take() { return *std::move(error_); }

private:
    std::optional<line_error> error_;
};

/// The members of one object, found in the order in which they stand as long as they are asked for
/// in that order.
class member_list {
public:
    /// Forgets what was there. @param depth of what the object stands in.
    [[nodiscard]] bool scan(std::string_view text, std::size_t depth) {
        members_.clear();
        next_ = 0;
        asked_in_order_ = true;
        unescaped_.clear();
        json_scanner scanner{text, depth};
        if (!scanner.take('{'))
            return false;
        if (!scanner.take('}')) {
            do {
                if (!add(scanner))
                    return false;
            } while (scanner.take(','));
            if (!scanner.take('}'))
                return false;
        }
        return scanner.at_end();
    }

    [[nodiscard]] const json_value* find(std::string_view name) noexcept {
        if (next_ < members_.size() && members_[next_].name == name)
            return &members_[next_++].value;
        if (next_ == members_.size() && asked_in_order_)
            return nullptr; // each one that is there was asked for already
        asked_in_order_ = false;
        for (std::size_t i = 0; i < members_.size(); ++i) {
            if (members_[i].name != name)
                continue;
            next_ = i + 1;
            return &members_[i].value;
        }
        return nullptr;
    }

    [[nodiscard]] bool full() const noexcept { return members_.size() == most_members; }

    /// @returns a name that stands twice; nullopt when there is none.
    [[nodiscard]] std::optional<std::string_view> twice() const noexcept {
        // All were asked for in order: each name but once.
        if (asked_in_order_ && next_ == members_.size())
            return std::nullopt;
        for (std::size_t i = 0; i < members_.size(); ++i) {
            for (std::size_t k = 0; k < i; ++k) {
                if (members_[i].name == members_[k].name)
                    return members_[i].name;
            }
        }
        return std::nullopt;
    }

    /// What nobody asked for must be JSON all the same.
    [[nodiscard]] bool well_escaped_all() const noexcept {
        return (asked_in_order_ && next_ == members_.size()) ||
               std::all_of(members_.begin(), members_.end(), [](const member& one) {
                   return !one.value.escaped || well_escaped(one.value.raw);
               });
    }

private:
    [[nodiscard]] bool add(json_scanner& scanner) {
        json_value name;
        if (members_.size() == most_members || !scanner.next(name) ||
            name.shape != json_shape::string || !scanner.take(':'))
            return false;
        auto& added = members_.emplace_back();
        added.name = name.raw;
        return (!name.escaped || unescape_name(added)) && scanner.next(added.value);
    }
    [[nodiscard]] bool unescape_name(member& added) {
        auto& text = *unescaped_.emplace_back(std::make_unique<std::string>());
        const auto well = unescape(added.name, text);
        added.name = text;
        return well;
    }

    std::vector<member> members_;
    std::size_t next_ = 0;
    bool asked_in_order_ = true;
    std::vector<std::unique_ptr<std::string>> unescaped_; ///< Names that had escapes; rare.
};

/// A string that is looked at in place.
struct word {
    std::string_view text = {};
    std::string unescaped = {}; ///< Holds it when it had escapes.
};

/// Reads members of one object into what is there; the first that is missing or of another type is
/// the error.
class field_reader {
public:
    /// @param inner for the members of objects inside, so that its memory is used again.
    field_reader(member_list& in, complaint& wrong, member_list* inner,
                 const place* outer = nullptr)
        : in_{in}, wrong_{wrong}, inner_{inner}, outer_{outer} {}

    template <class T>
    void operator()(std::string_view name, T& value) {
        if (const auto* const member = find(name))
            read(*member, {outer_, name}, value);
    }
    void nullable(std::string_view name, std::string& value) {
        const auto* const member = find(name);
        if (member != nullptr && member->shape != json_shape::null)
            return read(*member, {outer_, name}, value);
        value.clear();
    }
    void json_text(std::string_view name, std::string& value) {
        const auto* const member = find(name);
        if (member == nullptr)
            return;
        if (member->shape != json_shape::object)
            return refuse({outer_, name}, "an object");
        value = member->raw;
    }
    void base64(std::string_view name, std::string& value) {
        word digits;
        (*this)(name, digits);
        if (!from_base64(digits.text, value))
            refuse({outer_, name}, "base64");
    }
    void payload(std::string& value) {
        if (const auto* const text = in_.find("text"))
            return read(*text, {outer_, "text"}, value);
        base64("base64", value);
    }
    template <class T>
    void optional(std::string_view name, std::optional<T>& value) {
        const auto* const member = in_.find(name);
        if (member == nullptr)
            return value.reset();
        read(*member, {outer_, name}, value.emplace());
    }
    void flag(std::string_view name, std::string_view word, bool& value) {
        const auto* const member = in_.find(name);
        value = member != nullptr && member->shape == json_shape::string && member->raw == word;
    }
    /// Left out when empty.
    /// @param kept holds the memory of the list meanwhile.
    void list(std::string_view name, std::vector<redaction>& value, std::vector<redaction>& kept) {
        const auto* const member = in_.find(name);
        if (value.empty() != (member == nullptr))
            value.swap(kept);
        if (member != nullptr)
            read(*member, {outer_, name}, value);
    }

private:
    const json_value* find(std::string_view name) {
        const auto* const member = in_.find(name);
        if (member == nullptr)
            refuse({outer_, name}, "this member");
        return member;
    }
    void refuse(const place& where, std::string_view expected) {
        wrong_.refuse(dotted(where), std::string{expected});
    }

    void read(const json_value& in, const place& where, std::string& value) {
        if (in.shape != json_shape::string)
            return refuse(where, "a string");
        if (!in.escaped)
            value = in.raw;
        else if (!unescape(in.raw, value))
            wrong_.refuse_json();
    }
    void read(const json_value& in, const place& where, word& value) {
        value.text = in.raw;
        if (in.shape == json_shape::string && !in.escaped)
            return;
        read(in, where, value.unescaped);
        value.text = value.unescaped;
    }
    void read(const json_value& in, const place& where, bool& value) {
        if (in.shape != json_shape::boolean)
            return refuse(where, "true or false");
        value = in.raw == "true";
    }
    template <std::integral T>
    void read(const json_value& in, const place& where, T& value) {
        const auto* const end = in.raw.data() + in.raw.size();
        // Of 64 bits whatever T has: what does not fit is told from what is no integer.
        const auto fits = [&](auto number) {
            const auto [rest, failure] = std::from_chars(in.raw.data(), end, number);
            if (failure != std::errc{} || rest != end)
                return false;
            if (std::in_range<T>(number))
                value = static_cast<T>(number);
            else
                refuse(where, fmt::format("an integer from {} to {}", std::numeric_limits<T>::min(),
                                          std::numeric_limits<T>::max()));
            return true;
        };
        if (in.shape != json_shape::number || !(fits(std::uint64_t{}) || fits(std::int64_t{})))
            refuse(where, "an integer");
    }
    void read(const json_value& in, const place& where, std::optional<std::string>& value) {
        if (in.shape == json_shape::null)
            return value.reset();
        read(in, where, value ? *value : value.emplace());
    }
    void read(const json_value& in, const place& where,
              std::pair<std::string, std::string>& field) {
        std::size_t size = 0;
        if (in.shape == json_shape::array)
            size = for_each_item(in, [&](std::size_t i, const json_value& item) {
                if (i < 2)
                    read_if_string(item, i == 0 ? field.first : field.second);
            });
        if (size != 2)
            return refuse(where, "a pair of name and value");
        for_each_item(in, [&](std::size_t i, const json_value& item) {
            if (item.shape != json_shape::string)
                refuse({&where, {}, i}, "a string");
        });
    }
    template <class Kind>
    requires std::same_as<Kind, certificate> || std::same_as<Kind, redaction>
    void read(const json_value& in, const place& where, Kind& value) {
        if (in.shape != json_shape::object)
            return refuse(where, "an object");
        if (!inner_->scan(in.raw, 1))
            return refuse(where, few_members());
        field_reader reader{*inner_, wrong_, nullptr, &where};
        visit_fields(reader, value);
    }
    template <class T>
    void read(const json_value& in, const place& where, std::vector<T>& values) {
        if (in.shape != json_shape::array)
            return refuse(where, "a list");
        const auto size = for_each_item(in, [&](std::size_t i, const json_value& item) {
            read(item, {&where, {}, i}, i < values.size() ? values[i] : values.emplace_back());
        });
        values.resize(size);
    }

    void read_if_string(const json_value& in, std::string& value) {
        if (in.shape == json_shape::string)
            read(in, {}, value);
    }

    /// @param array that was scanned already. @returns how many items it has.
    template <class Take>
    static std::size_t for_each_item(const json_value& array, const Take& take) {
        json_scanner scanner{array.raw};
        std::size_t count = 0;
        if (!scanner.take('[') || scanner.take(']'))
            return 0;
        do {
            const auto item = scanner.value();
            if (!item)
                break;
            take(count++, *item);
        } while (scanner.take(','));
        return count;
    }

    member_list& in_;
    complaint& wrong_;
    member_list* inner_;
    const place* outer_;
};

/// @returns an empty detail of the kind with that index.
template <std::size_t... Index>
detail make_detail(std::size_t wanted, std::index_sequence<Index...> /*all*/) {
    detail made;
    static_cast<void>(((wanted == Index ? (made.emplace<Index>(), true) : false) || ...));
    return made;
}

/// Reads what every record has.
class common_reader {
public:
    common_reader(member_list& in, wall_reader& walls, complaint& wrong)
        : walls_{walls}, wrong_{wrong}, reader_{in, wrong, nullptr} {}

    /// @returns the index of the record's kind.
    [[nodiscard]] std::size_t read(record& into) {
        reader_("n", into.n);
        reader_("t_ns", into.when.t_ns);
        reader_("wall", wall_);
        reader_("conn", into.conn);
        reader_("from", from_);
        if (wrong_)
            return 0;
        const auto wall_ms = walls_.read(wall_.text);
        if (!wall_ms)
            return refuse("wall", "a time such as 2026-03-31T00:00:00.000Z");
        into.when.wall_ms = *wall_ms;
        const auto* const who = std::find(origins.begin(), origins.end(), from_.text);
        if (who == origins.end())
            return refuse("from", "client, server or tool");
        into.from = static_cast<origin>(who - origins.begin());
        return kind(into.what);
    }

private:
    /// @param before what the last line was: the next is often of the same kind.
    [[nodiscard]] std::size_t kind(const detail& before) {
        reader_("kind", kind_);
        if (!wrong_ && kind_.text == kind_of(before))
            return before.index();
        const auto* const found = std::find(kinds.begin(), kinds.end(), kind_.text);
        if (!wrong_ && found == kinds.end())
            return refuse("kind", "a kind of record that this version knows");
        return wrong_ ? 0 : static_cast<std::size_t>(found - kinds.begin());
    }
    std::size_t refuse(std::string field, std::string expected) {
        wrong_.refuse(std::move(field), std::move(expected));
        return 0;
    }

    wall_reader& walls_;
    complaint& wrong_;
    field_reader reader_;
    word wall_;
    word from_;
    word kind_;
};

/// @returns a name out of the line as it may be shown: it may be anything.
std::string shown(std::string_view name) {
    constexpr std::size_t longest_name = 32;
    const auto plain = [](char octet) {
        return (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9') || octet == '_';
    };
    return name.size() <= longest_name && std::all_of(name.begin(), name.end(), plain)
               ? std::string{name}
               : "(of another name)";
}

/// Spec: the header's `schema`; a minor version would only add members.
bool readable_schema(std::string_view schema) {
    return schema == schema_name || schema.starts_with(std::string{schema_name} + '.');
}

} // namespace

struct line_reader::state {
    record current;
    std::array<detail, std::variant_size_v<detail>> spare; ///< Memory of kinds read before.
    std::string padded;
    std::vector<redaction> kept;
    member_list members;
    member_list inner;
    wall_reader walls;

    void make_room_for(std::size_t kind);
    void read_detail(complaint& wrong);
};

line_reader::line_reader() : state_{std::make_unique<state>()} {}
line_reader::line_reader(line_reader&& other) noexcept = default;
line_reader& line_reader::operator=(line_reader&& other) noexcept = default;
line_reader::~line_reader() = default;

void line_reader::state::make_room_for(std::size_t kind) {
    const auto present = current.what.index();
    if (present == kind)
        return;
    std::swap(spare[present], current.what);
    auto& wanted = spare[kind];
    if (wanted.index() != kind)
        wanted = make_detail(kind, std::make_index_sequence<std::variant_size_v<detail>>{});
    std::swap(current.what, wanted);
}

void line_reader::state::read_detail(complaint& wrong) {
    field_reader reader{members, wrong, &inner};
    std::visit([&](auto& what) { visit_fields(reader, what); }, current.what);
    const auto* const first = std::get_if<header>(&current.what);
    if (first == nullptr)
        return reader.list("redacted", current.redacted, kept);
    current.redacted.clear();
    if (!readable_schema(first->schema))
        wrong.refuse("schema", fmt::format("{}, which this program reads", schema_name));
}

boost::system::result<const record*, line_error> line_reader::read_in_place(std::string_view line) {
    auto& members = state_->members;
    if (!well_formed_utf8(line))
        return line_error{"", "UTF-8"};
    if (!members.scan(line, 0))
        return line_error{"", members.full() ? "one JSON object of " + few_members()
                                             : std::string{no_object}};
    complaint wrong;
    const auto kind = common_reader{members, state_->walls, wrong}.read(state_->current);
    if (!wrong) {
        state_->make_room_for(kind);
        state_->read_detail(wrong);
    }
    if (const auto name = members.twice())
        wrong.refuse(shown(*name), "this member once");
    if (!members.well_escaped_all())
        wrong.refuse_json();
    if (wrong)
        return wrong.take();
    return &state_->current;
}

boost::system::result<const record*, line_error> line_reader::read(std::string_view line) {
    auto& padded = state_->padded;
    padded.reserve(line.size() + line_padding);
    padded.assign(line).append(line_padding, '\0');
    return read_in_place({padded.data(), line.size()});
}

boost::system::result<record, line_error> from_line(std::string_view line) {
    line_reader reader;
    const auto read = reader.read(line);
    if (!read)
        return read.error();
    return **read;
}

} // namespace rhombus::transcript
