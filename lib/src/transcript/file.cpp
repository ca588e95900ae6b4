#include <rhombus/transcript/file.hpp>
#include <rhombus/transcript/json_lines.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <variant>

namespace rhombus::transcript {

namespace {

std::string reason(int number) {
    return std::generic_category().message(number);
}

file_error at_line(const std::filesystem::path& path, std::uint64_t line, const line_error& wrong) {
    const auto field = wrong.field.empty() ? "" : fmt::format("field {}: ", wrong.field);
    return {fmt::format("{}:{}: {}expected {}", path.string(), line, field, wrong.expected)};
}

} // namespace

void file_writer::closer::operator()(std::FILE* file) const noexcept {
    static_cast<void>(std::fclose(file));
}

file_writer::file_writer(std::FILE* file, std::filesystem::path path)
    : file_{file}, path_{std::move(path)} {}

boost::system::result<file_writer, file_error>
file_writer::open(const std::filesystem::path& path) {
    const auto failed = [&] {
        return file_error{fmt::format("cannot write {}: {}", path.string(), reason(errno))};
    };
    constexpr mode_t owner_only = 0600;
    const auto descriptor =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, owner_only);
    if (descriptor < 0)
        return failed();
    auto* const file = ::fdopen(descriptor, "w");
    if (file == nullptr) {
        ::close(descriptor);
        return failed();
    }
    return file_writer{file, path};
}

void file_writer::write(const record& subject) {
    if (!failure_.empty())
        return;
    const auto line = to_line(subject) + '\n';
    const auto written = std::fwrite(line.data(), 1, line.size(), file_.get());
    if (written != line.size() || std::fflush(file_.get()) != 0)
        failure_ = fmt::format("cannot write {}: {}", path_.string(), reason(errno));
}

const std::string& file_writer::failure() const noexcept {
    return failure_;
}

boost::system::result<read_totals, file_error>
read_file(const std::filesystem::path& path, const std::function<void(record&&)>& receive) {
    std::ifstream file{path, std::ios::binary};
    if (!file)
        return file_error{fmt::format("cannot read {}: {}", path.string(), reason(errno))};
    read_totals totals;
    std::string line;
    while (std::getline(file, line)) {
        const auto cut_off = file.eof(); // no LF behind it
        auto read = from_line(line);
        if (!read && cut_off)
            return read_totals{totals.records, false};
        if (!read)
            return at_line(path, totals.records + 1, read.error());
        if (totals.records == 0 && !std::holds_alternative<header>(read->what))
            return at_line(path, 1, {"kind", "header in the first line"});
        ++totals.records;
        totals.complete = std::holds_alternative<end>(read->what);
        receive(*std::move(read));
    }
    if (file.bad())
        return file_error{fmt::format("cannot read {}: {}", path.string(), reason(errno))};
    if (totals.records == 0)
        return file_error{
            fmt::format("{}: expected a transcript, the file is empty", path.string())};
    return totals;
}

} // namespace rhombus::transcript
