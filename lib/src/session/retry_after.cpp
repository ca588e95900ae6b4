#include <rhombus/session/retry_after.hpp>

#include <algorithm>
#include <array>

namespace rhombus::session {
namespace {

using std::chrono::milliseconds;

/// Longer than any server means; keeps the arithmetic far from overflow.
constexpr std::int64_t longest_ms = 31'536'000'000;

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Dates of today and of asctime() have the first three letters (RFC 9110, section 5.6.7).
constexpr std::array<std::string_view, 7> days_of_week{
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr std::size_t short_day = 3;

bool is_day_of_week(std::string_view word) {
    return std::ranges::any_of(days_of_week, [&](std::string_view day) {
        return word == day || word == day.substr(0, short_day);
    });
}

constexpr std::string_view optional_white_space = " \t";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(optional_white_space);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(optional_white_space) - first + 1);
}

/// Reads one text from left to right; after the first thing that is not there all reads fail.
class date_reader {
public:
    explicit date_reader(std::string_view text) : rest_{text} {}

    void expect(std::string_view literal) {
        good_ = good_ && rest_.starts_with(literal);
        if (good_)
            rest_.remove_prefix(literal.size());
    }
    /// A number of exactly that many digits.
    int number(std::size_t digits) {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            const char digit = rest_.empty() ? 'x' : rest_.front();
            if (digit < '0' || digit > '9') {
                good_ = false;
                return 0;
            }
            value = value * 10 + (digit - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }
    unsigned month() {
        const auto found = std::find(months.begin(), months.end(), rest_.substr(0, 3));
        good_ = good_ && found != months.end();
        if (!good_)
            return 0;
        rest_.remove_prefix(3);
        return static_cast<unsigned>(found - months.begin()) + 1;
    }
    /// The day of asctime(), padded by a blank.
    int padded_day() {
        if (!rest_.starts_with(' '))
            return number(2);
        rest_.remove_prefix(1);
        return number(1);
    }
    [[nodiscard]] bool at_end() const { return good_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool good_ = true;
};

struct date_time {
    int year = 0;
    unsigned month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
};

void read_time(date_reader& from, date_time& out) {
    out.hour = from.number(2);
    from.expect(":");
    out.minute = from.number(2);
    from.expect(":");
    out.second = from.number(2);
}

/// `06 Nov 1994 08:49:37 GMT` or `06-Nov-94 08:49:37 GMT`.
date_time read_day_first(date_reader& from, std::string_view separator, std::size_t year_digits) {
    date_time out;
    out.day = from.number(2);
    from.expect(separator);
    out.month = from.month();
    from.expect(separator);
    out.year = from.number(year_digits);
    from.expect(" ");
    read_time(from, out);
    from.expect(" GMT");
    return out;
}

/// `Nov  6 08:49:37 1994`.
date_time read_asctime(date_reader& from) {
    date_time out;
    out.month = from.month();
    from.expect(" ");
    out.day = from.padded_day();
    from.expect(" ");
    read_time(from, out);
    from.expect(" ");
    out.year = from.number(4);
    return out;
}

std::optional<std::int64_t> seconds_of(const date_time& at) {
    using namespace std::chrono;
    constexpr int leap_second = 60;
    const year_month_day date{year{at.year}, month{at.month}, day{static_cast<unsigned>(at.day)}};
    if (!date.ok() || at.hour > 23 || at.minute > 59 || at.second > leap_second)
        return std::nullopt;
    const auto midnight = sys_days{date}.time_since_epoch();
    return duration_cast<seconds>(midnight + hours{at.hour} + minutes{at.minute}).count() +
           at.second;
}

int year_now(std::int64_t wall_ms) {
    using namespace std::chrono;
    const sys_days today{floor<days>(milliseconds{wall_ms})};
    return static_cast<int>(year_month_day{today}.year());
}

/// A year that would lie more than 50 years ahead is of the century before (RFC 9110).
int full_year(int two_digits, int now) {
    constexpr int century = 100;
    constexpr int furthest_ahead = 50;
    const int year = now - now % century + two_digits;
    return year > now + furthest_ahead ? year - century : year;
}

} // namespace

std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t wall_ms) {
    const auto comma = text.find(", ");
    const bool asctime = comma == std::string_view::npos;
    const auto day_end = asctime ? short_day : comma;
    if (!is_day_of_week(text.substr(0, day_end)))
        return std::nullopt;
    date_reader from{text.substr(day_end)};
    from.expect(asctime ? " " : ", ");
    date_time out;
    if (asctime) {
        out = read_asctime(from);
    } else if (comma == short_day) {
        out = read_day_first(from, " ", 4);
    } else {
        out = read_day_first(from, "-", 2);
        out.year = full_year(out.year, year_now(wall_ms));
    }
    return from.at_end() ? seconds_of(out) : std::nullopt;
}

std::optional<milliseconds> parse_retry_after(std::string_view value, std::int64_t wall_ms) {
    value = trimmed(value);
    std::int64_t wait_ms = 0;
    if (!value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos) {
        for (const char digit : value)
            wait_ms = std::min(wait_ms * 10 + std::int64_t{digit - '0'} * 1000, longest_ms);
    } else if (const auto date = parse_http_date(value, wall_ms)) {
        wait_ms = std::min(*date * 1000 - wall_ms, longest_ms);
    }
    if (wait_ms <= 0)
        return std::nullopt;
    return milliseconds{wait_ms};
}

} // namespace rhombus::session
