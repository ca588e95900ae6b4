#include <rhombus/transcript/block_reader.hpp>

#include <fmt/format.h>

#include <utility>
#include <variant>

namespace rhombus::transcript {

block_reader::block_reader(std::string name, receiver receive, read_options options)
    : name_{std::move(name)}, receive_{std::move(receive)}, options_{options} {}

void block_reader::refuse(const line_error& wrong) {
    const auto field = wrong.field.empty() ? "" : fmt::format("field {}: ", wrong.field);
    failure_ =
        fmt::format("{}:{}: {}expected {}", name_, totals_.records + 1, field, wrong.expected);
}

void block_reader::take(const boost::system::result<const record*, line_error>& read) {
    if (!read)
        return refuse(read.error());
    const record& subject = **read;
    if (totals_.records == 0 && !std::holds_alternative<header>(subject.what))
        return refuse({"kind", "header in the first line"});
    ++totals_.records;
    totals_.complete = std::holds_alternative<end>(subject.what);
    receive_(subject);
}

bool block_reader::fits(std::size_t line_octets) {
    if (line_octets <= options_.line_octets)
        return true;
    refuse({"", fmt::format("at most {} octets in a line", options_.line_octets)});
    return false;
}

std::string_view block_reader::complete_begun(std::string_view octets) {
    const auto end = octets.find('\n');
    const auto more = octets.substr(0, end);
    if (!fits(begun_.size() + more.size()))
        return {};
    begun_ += more;
    if (end == std::string_view::npos)
        return {};
    take(lines_.read(begun_));
    begun_.clear();
    return octets.substr(end + 1);
}

boost::system::result<void, file_error> block_reader::feed(std::string_view octets) {
    if (failure_.empty() && !begun_.empty())
        octets = complete_begun(octets);
    while (failure_.empty() && !octets.empty()) {
        const auto end = octets.find('\n');
        if (end == std::string_view::npos) {
            if (fits(octets.size()))
                begun_ = octets;
            break;
        }
        const auto line = octets.substr(0, end);
        octets.remove_prefix(end + 1);
        if (fits(line.size()))
            take(octets.size() + 1 >= line_padding ? lines_.read_in_place(line)
                                                   : lines_.read(line));
    }
    if (!failure_.empty())
        return file_error{failure_};
    return {};
}

boost::system::result<read_totals, file_error> block_reader::finish() {
    if (failure_.empty() && !begun_.empty()) {
        const auto read = lines_.read(begun_);
        begun_.clear();
        if (!read) // cut off
            return read_totals{totals_.records, false};
        take(read);
    }
    if (failure_.empty() && totals_.records == 0)
        failure_ = fmt::format("{}: expected a transcript, the file is empty", name_);
    if (!failure_.empty())
        return file_error{failure_};
    return totals_;
}

} // namespace rhombus::transcript
