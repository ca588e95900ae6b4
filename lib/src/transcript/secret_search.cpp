#include "secret_search.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace rhombus::transcript {

namespace {

constexpr std::size_t block = 4;

std::size_t hash_at(std::string_view text, std::size_t at) noexcept {
    std::uint32_t octets = 0;
    std::memcpy(&octets, text.data() + at, block);
    constexpr std::uint32_t golden_ratio = 0x9E3779B1U; // Knuth, section 6.4
    constexpr std::uint32_t bits_of_hash = 13;
    return (octets * golden_ratio) >> (32U - bits_of_hash);
}

} // namespace

secret_search::secret_search(std::vector<secret_form> forms) : forms_{std::move(forms)} {
    std::stable_sort(forms_.begin(), forms_.end(),
                     [](const secret_form& left, const secret_form& right) {
                         return left.text.size() > right.text.size();
                     });
    if (forms_.empty())
        return;
    window_ = forms_.back().text.size();
    prepare_skips();
    prepare_beginnings();
}

void secret_search::prepare_skips() {
    const auto farthest =
        std::min<std::size_t>(window_ - block + 1, std::numeric_limits<std::uint8_t>::max());
    skip_.fill(static_cast<std::uint8_t>(farthest));
    for (const auto& form : forms_) {
        for (std::size_t at = 0; at + block <= window_; ++at) {
            auto& skip = skip_.at(hash_at(form.text, at));
            skip = static_cast<std::uint8_t>(std::min<std::size_t>(skip, window_ - block - at));
        }
        last_hash_.push_back(hash_at(form.text, window_ - block));
    }
}

void secret_search::prepare_beginnings() {
    for (const auto& form : forms_) {
        for (std::size_t octets = 1; octets < form.text.size(); ++octets)
            beginnings_.at(static_cast<std::uint8_t>(form.text[octets - 1]))
                .push_back({octets, &form});
    }
    for (auto& alike : beginnings_)
        std::stable_sort(alike.begin(), alike.end(),
                         [](const beginning& left, const beginning& right) {
                             return left.octets > right.octets;
                         });
}

const secret_form* secret_search::form_at(std::string_view text, std::size_t at,
                                          std::size_t hash) const noexcept {
    const auto rest = text.substr(at);
    for (std::size_t i = 0; i < forms_.size(); ++i) {
        if (last_hash_[i] == hash && rest.starts_with(forms_[i].text))
            return &forms_[i];
    }
    return nullptr;
}

std::optional<secret_search::match> secret_search::next(std::string_view text,
                                                        std::size_t from) const noexcept {
    if (forms_.empty() || text.size() < window_)
        return std::nullopt;
    const auto last = text.size() - window_;
    for (auto at = from; at <= last;) {
        const auto hash = hash_at(text, at + window_ - block);
        const std::size_t skip = skip_[hash];
        if (skip != 0) {
            at += skip;
            continue;
        }
        if (const auto* const form = form_at(text, at, hash))
            return match{at, form};
        ++at;
    }
    return std::nullopt;
}

std::optional<secret_search::match>
secret_search::begun_at_end(std::string_view text) const noexcept {
    if (text.empty())
        return std::nullopt;
    for (const auto& [octets, form] : beginnings_[static_cast<std::uint8_t>(text.back())]) {
        if (text.ends_with(std::string_view{form->text}.substr(0, octets)))
            return match{text.size() - octets, form};
    }
    return std::nullopt;
}

} // namespace rhombus::transcript
