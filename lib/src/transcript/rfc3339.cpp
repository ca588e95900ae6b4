#include "rfc3339.hpp"

#include <algorithm>
#include <chrono>

namespace rhombus::transcript {

namespace {

constexpr std::string_view shape = "0000-00-00T00:00:00.000Z";
static_assert(shape.size() == rfc3339_octets);

char* put_digits(std::uint32_t value, std::size_t count, char* to) noexcept {
    for (auto* digit = to + count; digit != to; value /= 10)
        *--digit = static_cast<char>('0' + value % 10);
    return to + count + 1; // and over what follows
}

int digits(std::string_view text, std::size_t at, std::size_t count) noexcept {
    int value = 0;
    for (const auto digit : text.substr(at, count))
        value = value * 10 + (digit - '0');
    return value;
}

} // namespace

void put_rfc3339(std::int64_t wall_ms, char* to) noexcept {
    using namespace std::chrono;
    const sys_time<milliseconds> when{milliseconds{wall_ms}};
    const auto day = floor<days>(when);
    const year_month_day date{day};
    const hh_mm_ss time{when - day};
    std::copy(shape.begin(), shape.end(), to);
    const auto number = [](auto count) { return static_cast<std::uint32_t>(count); };
    to = put_digits(number(static_cast<int>(date.year())), 4, to);
    to = put_digits(number(static_cast<unsigned>(date.month())), 2, to);
    to = put_digits(number(static_cast<unsigned>(date.day())), 2, to);
    to = put_digits(number(time.hours().count()), 2, to);
    to = put_digits(number(time.minutes().count()), 2, to);
    to = put_digits(number(time.seconds().count()), 2, to);
    put_digits(number(time.subseconds().count()), 3, to);
}

std::optional<std::int64_t> from_rfc3339(std::string_view text) noexcept {
    using namespace std::chrono;
    const auto fits = [](char pattern, char octet) {
        return pattern == '0' ? octet >= '0' && octet <= '9' : pattern == octet;
    };
    if (!std::equal(shape.begin(), shape.end(), text.begin(), text.end(), fits))
        return std::nullopt;
    const auto date = year{digits(text, 0, 4)} / digits(text, 5, 2) / digits(text, 8, 2);
    if (!date.ok())
        return std::nullopt;
    const auto when = sys_days{date} + hours{digits(text, 11, 2)} + minutes{digits(text, 14, 2)} +
                      seconds{digits(text, 17, 2)} + milliseconds{digits(text, 20, 3)};
    return duration_cast<milliseconds>(when.time_since_epoch()).count();
}

std::optional<std::int64_t> wall_reader::read(std::string_view text) noexcept {
    const std::string_view known{second_.data(), second_.size()};
    const auto rest = text.substr(std::min(text.size(), known.size()));
    const auto is_digit = [](char octet) { return octet >= '0' && octet <= '9'; };
    if (rest.size() == 4 && rest[3] == 'Z' && text.starts_with(known) &&
        std::all_of(rest.begin(), rest.begin() + 3, is_digit))
        return second_ms_ + digits(rest, 0, 3);
    const auto wall_ms = from_rfc3339(text);
    if (wall_ms) {
        std::copy_n(text.begin(), second_.size(), second_.begin());
        second_ms_ = *wall_ms - digits(text, second_.size(), 3);
    }
    return wall_ms;
}

} // namespace rhombus::transcript
