#include "report_file.hpp"

#include <cerrno>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace rhombus::doctor {
namespace {

std::string fault(const std::filesystem::path& path, int error) {
    return path.string() + ": cannot be written: " + std::generic_category().message(error);
}

} // namespace

void report_file::closer::operator()(std::FILE* file) const noexcept {
    std::fclose(file);
}

report_file::report_file(std::FILE* file, std::filesystem::path place, std::filesystem::path draft)
    : file_{file}, place_{std::move(place)}, draft_{std::move(draft)} {}

boost::system::result<report_file, report_file_error>
report_file::open(const std::filesystem::path& path) {
    std::error_code failure;
    if (std::filesystem::is_directory(path, failure))
        return report_file_error{path.string() + ": is a folder; expected a file"};
    auto draft = path;
    draft += ".part-" + std::to_string(::getpid());
    auto* const file = std::fopen(draft.c_str(), "wxe");
    if (file == nullptr)
        return report_file_error{fault(path, errno)};
    return report_file{file, path, std::move(draft)};
}

report_file::~report_file() {
    if (!file_)
        return;
    std::error_code ignored; // Nothing was promised yet.
    std::filesystem::remove(draft_, ignored);
}

std::string report_file::write(std::string_view text) {
    const bool written = std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size() &&
                         std::fflush(file_.get()) == 0;
    if (!written)
        return fault(place_, errno);
    std::error_code failure;
    std::filesystem::rename(draft_, place_, failure);
    if (failure)
        return fault(place_, failure.value());
    file_.reset();
    return {};
}

} // namespace rhombus::doctor
