#include <rhombus/transcript/rotation.hpp>

#include <algorithm>
#include <utility>
#include <variant>

namespace rhombus::transcript {

bool rotation_due(const rotation_limits& limits, std::uint64_t octets,
                  std::chrono::nanoseconds age) noexcept {
    const auto full = limits.octets != 0 && octets >= limits.octets;
    const auto old = limits.age.count() != 0 && age >= limits.age;
    return full || old;
}

rotating_writer::rotating_writer(rotation_plan plan, file_writer file)
    : plan_{std::move(plan)}, file_{std::move(file)} {}

boost::system::result<rotating_writer, file_error> rotating_writer::open(rotation_plan plan) {
    auto file = file_writer::open(plan.path_of(1), plan.when);
    if (!file)
        return file.error();
    return rotating_writer{std::move(plan), *std::move(file)};
}

void rotating_writer::write(const record& subject) {
    if (!failure().empty())
        return;
    if (std::holds_alternative<end>(subject.what))
        return put_end(subject);
    if (due(subject))
        go_on_in_new_file(subject.when);
    if (!header_ && std::holds_alternative<header>(subject.what)) {
        header_ = subject;
        begun_ns_ = subject.when.t_ns;
        return put(subject);
    }
    if (const auto* const lost = std::get_if<drop>(&subject.what))
        dropped_ += lost->count;
    highest_connection_ = std::max(highest_connection_, subject.conn);
    ++own_records_;
    put(subject);
}

bool rotating_writer::due(const record& subject) const noexcept {
    return own_records_ != 0 && // else a file would hold nothing
           rotation_due(plan_.limits, file_.octets(),
                        std::chrono::nanoseconds{subject.when.t_ns - begun_ns_});
}

void rotating_writer::put(const record& subject) {
    file_.write(subject, records_++);
}

void rotating_writer::put_end(record last) {
    auto& totals = std::get<end>(last.what);
    totals.records = records_ + 1;
    totals.connections -= std::min<std::uint64_t>(totals.connections, told_connections_);
    totals.dropped -= std::min(totals.dropped, told_dropped_);
    put(last);
    if (file_.failure().empty() && plan_.finished)
        plan_.finished(plan_.path_of(part_));
}

void rotating_writer::go_on_in_new_file(const stamp& when) {
    const auto here = plan_.path_of(part_);
    const auto next = plan_.path_of(part_ + 1);
    put_end({.when = when,
             .what = end{.connections = highest_connection_,
                         .dropped = told_dropped_ + dropped_,
                         .reason = "continued in " + next.filename().string()}});
    told_connections_ = highest_connection_;
    told_dropped_ += std::exchange(dropped_, 0);
    if (!file_.failure().empty())
        return;
    auto file = file_writer::open(next, plan_.when);
    if (!file) {
        failure_ = file.error().message;
        return;
    }
    file_ = *std::move(file);
    ++part_;
    records_ = 0;
    own_records_ = 0;
    begun_ns_ = when.t_ns;
    record first = header_.value_or(record{});
    first.when = when;
    if (plan_.redacted)
        std::get<header>(first.what).redacted = plan_.redacted();
    put(first);
    put({.when = when, .what = note{"continued from " + here.filename().string()}});
}

void rotating_writer::tick(std::int64_t t_ns) {
    file_.tick(t_ns);
}

const std::string& rotating_writer::failure() const noexcept {
    return failure_.empty() ? file_.failure() : failure_;
}

} // namespace rhombus::transcript
