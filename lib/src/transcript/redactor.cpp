#include "fields.hpp"
#include "place.hpp"
#include "secret_search.hpp"

#include <rhombus/transcript/redactor.hpp>
#include <rhombus/utf8.hpp>

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

namespace rhombus::transcript {

namespace {

constexpr std::uint8_t first_control_opcode = 8; // Spec: RFC 6455, section 5.2.

/// Walks over every text of a record and lets `clean` replace it; knows the place of each.
template <class Clean>
class text_visitor {
public:
    explicit text_visitor(const Clean& clean) : clean_{clean} {}

    template <class T>
    void operator()(std::string_view name, T& value) {
        walk({outer_, name}, value);
    }
    void nullable(std::string_view name, std::string& value) { (*this)(name, value); }
    void json_text(std::string_view name, std::string& value) { (*this)(name, value); }
    void base64(std::string_view name, std::string& value) { (*this)(name, value); }
    /// Its name is known only when the value is: see the member `text` or `base64`.
    void payload(std::string& value) { walk({outer_, payload_name}, value); }
    template <class T>
    void optional(std::string_view /*name*/, std::optional<T>& /*number*/) {}
    void flag(std::string_view /*name*/, std::string_view /*word*/, bool /*value*/) {}

    static constexpr std::string_view payload_name = "text";

private:
    void walk(const place& where, std::string& value) { clean_(where, value); }
    void walk(const place& where, std::optional<std::string>& value) {
        if (value)
            walk(where, *value);
    }
    void walk(const place& where, certificate& value) {
        const auto* const before = std::exchange(outer_, &where);
        visit_fields(*this, value);
        outer_ = before;
    }
    void walk(const place& where, std::pair<std::string, std::string>& field) {
        walk({&where, {}, 0}, field.first);
        walk({&where, {}, 1}, field.second);
    }
    template <class T>
    void walk(const place& where, std::vector<T>& values) {
        for (std::size_t i = 0; i < values.size(); ++i)
            walk({&where, {}, i}, values[i]);
    }
    template <class T>
    requires std::is_arithmetic_v<T>
    void walk(const place& /*where*/, T& /*number*/) {}

    const Clean& clean_;
    const place* outer_ = nullptr;
};

/// A part of a text, from octet to octet, and whose secret it is.
struct span_of_secret {
    std::size_t begin;
    std::size_t end;
    std::size_t owner;
};

/// Adds a part that may overlap those before, which it then takes in.
void join(std::vector<span_of_secret>& parts, span_of_secret last) {
    while (!parts.empty() && parts.back().end > last.begin) {
        last.begin = std::min(last.begin, parts.back().begin);
        parts.pop_back();
    }
    parts.push_back(last);
}

} // namespace

void redactor::add(std::string_view name, std::string_view value) {
    if (value.size() < shortest_secret)
        return;
    auto owner = std::find(names_.begin(), names_.end(), name);
    if (owner == names_.end())
        owner = names_.emplace(owner, name);
    auto forms = search_ ? search_->forms() : std::vector<secret_form>{};
    for (auto& form : forms_of(value, static_cast<std::size_t>(owner - names_.begin()))) {
        const auto known = [&](const secret_form& present) { return present.text == form.text; };
        if (std::none_of(forms.begin(), forms.end(), known))
            forms.push_back(std::move(form));
    }
    search_ = std::make_shared<const secret_search>(std::move(forms));
}

std::string redactor::replacement(std::size_t name) const {
    return "‹" + names_[name] + "›";
}

bool redactor::replace(std::string& text, std::vector<std::size_t>& lengths) const {
    auto found = search_->next(text, 0);
    if (!found)
        return false;
    std::string cleaned;
    std::size_t done = 0;
    for (; found; found = search_->next(text, done)) {
        cleaned.append(text, done, found->at - done).append(replacement(found->what->owner));
        lengths.push_back(found->what->text.size());
        done = found->at + found->what->text.size();
    }
    text = cleaned.append(text, done, std::string::npos);
    return true;
}

void redactor::carry_on(std::string& payload, std::string& begun,
                        std::vector<std::size_t>& lengths) const {
    const auto before = begun.size();
    const auto joined = before == 0 ? std::string{} : begun + payload;
    const std::string_view stream = before == 0 ? payload : joined;

    std::vector<span_of_secret> parts; // allocates only when something is found
    for (auto found = search_->next(stream, 0); found;
         found = search_->next(stream, parts.back().end))
        parts.push_back({found->at, found->at + found->what->text.size(), found->what->owner});
    const auto last = search_->begun_at_end(stream);
    if (last && stream.size() - last->at >= shortest_secret)
        join(parts, {last->at, stream.size(), last->what->owner});
    std::string still_begun{last ? stream.substr(last->at) : std::string_view{}};

    std::string cleaned;
    std::size_t done = before;
    for (const auto& part : parts) {
        if (part.end <= before)
            continue;
        const auto begin = std::max(part.begin, before);
        cleaned.append(stream.substr(done, begin - done)).append(replacement(part.owner));
        lengths.push_back(part.end - begin);
        done = part.end;
    }
    if (done != before)
        payload = cleaned.append(stream.substr(done));
    begun = std::move(still_begun);
}

std::string redactor::clean(std::string_view text) const {
    std::string cleaned{text};
    std::vector<std::size_t> lengths;
    if (search_)
        replace(cleaned, lengths);
    return cleaned;
}

template <class Replace>
void redactor::clean_texts(record& subject, const Replace& replace) const {
    std::vector<std::size_t> lengths;
    const auto clean_one = [&](const place& where, std::string& text) {
        replace(where, text, lengths);
        for (const auto length : lengths)
            subject.redacted.push_back({json_pointer(where), length});
        lengths.clear();
    };
    text_visitor visitor{clean_one};
    std::visit([&](auto& what) { visit_fields(visitor, what); }, subject.what);
    // Its place is named as it will be written, which depends on what is left.
    const auto* const frame = std::get_if<ws_frame>(&subject.what);
    if (frame == nullptr || subject.redacted.empty() || well_formed_utf8(frame->payload))
        return;
    for (auto& where : subject.redacted) {
        if (where.at == "/text")
            where.at = "/base64";
    }
}

void redactor::clean(record& subject) const {
    if (!search_ || std::holds_alternative<header>(subject.what))
        return;
    clean_texts(subject, [this](const place& /*where*/, std::string& text, auto& lengths) {
        replace(text, lengths);
    });
}

void redactor::clean(record& subject, std::string& begun) const {
    auto* const frame = std::get_if<ws_frame>(&subject.what);
    if (!search_ || frame == nullptr || frame->opcode >= first_control_opcode)
        return clean(subject);
    clean_texts(subject, [&](const place& /*where*/, std::string& text, auto& lengths) {
        if (&text == &frame->payload)
            carry_on(text, begun, lengths);
        else
            replace(text, lengths);
    });
}

std::optional<exposure> redactor::find(std::string_view octets, std::size_t from) const {
    const auto found = search_ ? search_->next(octets, from) : std::nullopt;
    if (!found)
        return std::nullopt;
    return exposure{found->at, found->what->text.size(), names_[found->what->owner],
                    found->what->kind};
}

std::size_t redactor::longest() const noexcept {
    return search_ && !search_->forms().empty() ? search_->forms().front().text.size() : 0;
}

exposure_scanner::exposure_scanner(const redactor& secrets, receiver receive)
    : secrets_{secrets}, receive_{std::move(receive)} {}

void exposure_scanner::feed(std::string_view octets) {
    if (secrets_.longest() == 0)
        return;
    const auto overlap = secrets_.longest() - 1;
    kept_ += octets;
    std::size_t done = 0;
    while (auto found = secrets_.find(kept_, done)) {
        done = static_cast<std::size_t>(found->offset) + found->octets;
        found->offset += dropped_;
        receive_(*found);
    }
    const auto from = std::max(done, kept_.size() - std::min(kept_.size(), overlap));
    dropped_ += from;
    kept_.erase(0, from);
}

const std::vector<std::string>& redactor::names() const noexcept {
    return names_;
}

} // namespace rhombus::transcript
