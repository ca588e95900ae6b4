// The input is the value of a `Retry-After` header.
#include "expect.hpp"
#include "input.hpp"

#include <rhombus/session/retry_after.hpp>

namespace rhombus::fuzz {
namespace {

void run(std::string_view value) {
    // A header's value comes without the blanks around it.
    if (value.find_first_of(" \t") == 0 || value.find_last_of(" \t") == value.size() - 1)
        return;
    constexpr std::int64_t now_ms = 1'700'000'000'123;
    constexpr std::chrono::milliseconds year = std::chrono::hours{24 * 366};
    const auto wait = session::parse_retry_after(value, now_ms);
    if (wait)
        expect(wait->count() > 0 && *wait <= year, "a wait is positive and at most a year");
    const auto date = session::parse_http_date(value, now_ms);
    if (!date)
        return;
    const auto left_ms = *date * 1000 - now_ms;
    expect(wait.has_value() == (left_ms > 0), "a date ahead is a wait, a past one is none");
    if (wait && left_ms <= std::chrono::milliseconds{std::chrono::hours{24 * 364}}.count())
        expect(wait->count() >= left_ms, "never less than was asked for");
}

} // namespace
} // namespace rhombus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rhombus::fuzz::run(rhombus::fuzz::input{data, size}.rest());
    return 0;
}
