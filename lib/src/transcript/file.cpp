#include <rhombus/transcript/file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <sys/types.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <variant>

namespace rhombus::transcript {

namespace {

constexpr int closed = -1;
constexpr std::size_t block_octets = std::size_t{256} << 10U;
constexpr std::size_t most_waiting = std::size_t{64} << 10U;
constexpr std::int64_t flush_interval_ns = 1'000'000'000;
constexpr std::size_t most_exposures = 16;

file_error cannot(std::string_view what, const std::filesystem::path& path, int number) {
    return {fmt::format("cannot {} {}: {}", what, path.string(),
                        std::generic_category().message(number))};
}

/// A file that is read from its beginning, closed at the end.
class input_file {
public:
    explicit input_file(const std::filesystem::path& path)
        : descriptor_{::open(path.c_str(), O_RDONLY | O_CLOEXEC)}, failure_{descriptor_ < 0 ? errno
                                                                                            : 0} {}
    input_file(const input_file&) = delete;
    input_file& operator=(const input_file&) = delete;
    ~input_file() {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }

    /// @returns how many octets came; 0 at the end, and after a failure.
    std::size_t read(char* to, std::size_t room) {
        while (failure_ == 0) {
            const auto count = ::read(descriptor_, to, room);
            if (count >= 0)
                return static_cast<std::size_t>(count);
            if (errno != EINTR)
                failure_ = errno;
        }
        return 0;
    }
    /// @returns errno of the first failure; 0 without.
    [[nodiscard]] int failure() const noexcept { return failure_; }

private:
    int descriptor_;
    int failure_;
};

} // namespace

file_writer::file_writer(int descriptor, std::filesystem::path path, flushing when)
    : descriptor_{descriptor}, path_{std::move(path)}, when_{when} {}

file_writer::file_writer(file_writer&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, closed)}, path_{std::move(other.path_)},
      when_{other.when_}, waiting_{std::move(other.waiting_)}, on_disk_{other.on_disk_},
      flushed_ns_{other.flushed_ns_}, failure_{std::move(other.failure_)} {}

file_writer& file_writer::operator=(file_writer&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(path_, other.path_);
    std::swap(when_, other.when_);
    std::swap(waiting_, other.waiting_);
    std::swap(on_disk_, other.on_disk_);
    std::swap(flushed_ns_, other.flushed_ns_);
    std::swap(failure_, other.failure_);
    return *this;
}

file_writer::~file_writer() {
    if (descriptor_ == closed)
        return;
    flush();
    ::close(descriptor_);
}

boost::system::result<file_writer, file_error> file_writer::open(const std::filesystem::path& path,
                                                                 flushing when) {
    constexpr mode_t owner_only = 0600;
    const auto descriptor =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, owner_only);
    if (descriptor < 0)
        return cannot("write", path, errno);
    return file_writer{descriptor, path, when};
}

void file_writer::write(const record& subject) {
    write(subject, subject.n);
}

void file_writer::write(const record& subject, std::uint64_t n) {
    if (!failure_.empty())
        return;
    waiting_.append(subject, n);
    if (when_ == flushing::each_line || waiting_.text().size() >= most_waiting ||
        std::holds_alternative<end>(subject.what))
        flush();
    tick(subject.when.t_ns);
}

void file_writer::tick(std::int64_t t_ns) {
    if (t_ns - flushed_ns_ < flush_interval_ns)
        return;
    flush();
    flushed_ns_ = t_ns;
}

void file_writer::flush() {
    auto text = waiting_.text();
    while (failure_.empty() && !text.empty()) {
        const auto count = ::write(descriptor_, text.data(), text.size());
        if (count >= 0) {
            text.remove_prefix(static_cast<std::size_t>(count));
            continue;
        }
        if (errno != EINTR)
            fail(errno, waiting_.text().size() - text.size());
    }
    if (failure_.empty())
        on_disk_ += waiting_.text().size();
    waiting_.clear();
}

void file_writer::fail(int number, std::size_t written) {
    failure_ = cannot("write", path_, number).message;
    // Back to the last line that is whole; what is no regular file keeps what it got.
    const auto whole_lines = waiting_.text().substr(0, written).rfind('\n') + 1; // npos + 1 is 0
    on_disk_ += whole_lines;
    if (::ftruncate(descriptor_, static_cast<off_t>(on_disk_)) != 0)
        failure_ += "; the last line may be cut off";
}

std::uint64_t file_writer::octets() const noexcept {
    return on_disk_ + waiting_.text().size();
}

const std::string& file_writer::failure() const noexcept {
    return failure_;
}

boost::system::result<read_totals, file_error>
read_file(const std::filesystem::path& path, const std::function<void(const record&)>& receive,
          read_options options) {
    input_file file{path};
    block_reader reader{path.string(), receive, options};
    const auto block = std::make_unique<char[]>(block_octets);
    while (const auto octets = file.read(block.get(), block_octets)) {
        if (const auto fed = reader.feed({block.get(), octets}); !fed)
            return fed.error();
    }
    if (file.failure() != 0)
        return cannot("read", path, file.failure());
    return reader.finish();
}

boost::system::result<std::vector<exposure>, file_error>
scan_for_secrets(const std::filesystem::path& path, const redactor& secrets, std::size_t shortest) {
    input_file file{path};
    std::vector<exposure> found;
    exposure_scanner scanner{secrets, [&](const exposure& one) {
                                 if (one.octets >= shortest && found.size() < most_exposures)
                                     found.push_back(one);
                             }};
    const auto block = std::make_unique<char[]>(block_octets);
    while (const auto octets = file.read(block.get(), block_octets))
        scanner.feed({block.get(), octets});
    if (file.failure() != 0)
        return cannot("read", path, file.failure());
    return found;
}

} // namespace rhombus::transcript
