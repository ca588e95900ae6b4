#include "child_process.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace rhombus::scenario {

namespace {

constexpr std::size_t longest_line = std::size_t{64} << 10U;

std::string reason(int number) {
    return std::generic_category().message(number);
}

/// The two ends of a pipe; closed with the object unless taken.
class pipe_pair {
public:
    pipe_pair() {
        if (::pipe2(ends_.data(), O_CLOEXEC) != 0)
            ends_ = {-1, -1};
    }
    pipe_pair(const pipe_pair&) = delete;
    pipe_pair& operator=(const pipe_pair&) = delete;
    ~pipe_pair() {
        for (const auto end : ends_) {
            if (end >= 0)
                ::close(end);
        }
    }
    [[nodiscard]] int writing() const { return ends_[1]; }
    [[nodiscard]] int take_reading() {
        const auto end = std::exchange(ends_[0], -1);
        ::fcntl(end, F_SETFL, O_NONBLOCK);
        return end;
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> list;
    list.reserve(words.size() + 1);
    for (auto& word : words)
        list.push_back(word.data());
    list.push_back(nullptr);
    return list;
}

/// What is done in the child between fork and exec; freed with the object.
class spawn_plan {
public:
    spawn_plan(const std::filesystem::path& folder, int out, int err) {
        constexpr int first_unused = 3;
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions_, out, 1);
        ::posix_spawn_file_actions_adddup2(&actions_, err, 2);
        ::posix_spawn_file_actions_addclosefrom_np(&actions_, first_unused);
        ::posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());

        sigset_t all;
        sigset_t none;
        ::sigfillset(&all);
        ::sigemptyset(&none);
        ::posix_spawnattr_init(&attributes_);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setpgroup(&attributes_, 0);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
                                                     POSIX_SPAWN_SETSIGMASK);
    }
    spawn_plan(const spawn_plan&) = delete;
    spawn_plan& operator=(const spawn_plan&) = delete;
    ~spawn_plan() {
        ::posix_spawnattr_destroy(&attributes_);
        ::posix_spawn_file_actions_destroy(&actions_);
    }
    [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
    [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

} // namespace

boost::system::result<child_process, std::string> child_process::start(const launch& how) {
    pipe_pair out;
    pipe_pair err;
    if (out.writing() < 0 || err.writing() < 0)
        return fmt::format("cannot make a pipe: {}", reason(errno));
    auto argv = how.argv;
    auto environment = how.environment;
    const spawn_plan plan{how.folder, out.writing(), err.writing()};
    pid_t pid = 0;
    const auto failure =
        ::posix_spawn(&pid, argv.front().c_str(), plan.actions(), plan.attributes(),
                      pointers(argv).data(), pointers(environment).data());
    if (failure != 0)
        return fmt::format("cannot start {}: {}", argv.front(), reason(failure));
    return child_process{pid, out.take_reading(), err.take_reading()};
}

child_process::child_process(pid_t pid, int out, int err)
    : pid_{pid}, out_{out, output_stream::out, {}}, err_{err, output_stream::err, {}} {}

child_process::child_process(child_process&& other) noexcept
    : pid_{std::exchange(other.pid_, 0)}, out_{std::exchange(other.out_, {})},
      err_{std::exchange(other.err_, {})}, status_{other.status_} {}

child_process::~child_process() {
    if (pid_ == 0)
        return;
    signal(SIGKILL);
    if (!status_)
        ::waitpid(pid_, nullptr, 0);
    for (const auto descriptor : {out_.descriptor, err_.descriptor}) {
        if (descriptor >= 0)
            ::close(descriptor);
    }
}

void child_process::read_output(std::chrono::milliseconds at_most, const line_receiver& receive) {
    // A negative descriptor is passed over by poll().
    std::array<pollfd, 2> waiting{pollfd{out_.descriptor, POLLIN, 0},
                                  pollfd{err_.descriptor, POLLIN, 0}};
    ::poll(waiting.data(), waiting.size(), static_cast<int>(at_most.count()));
    read_from(out_, receive);
    read_from(err_, receive);
}

void child_process::read_from(pipe_end& end, const line_receiver& receive) {
    if (end.descriptor < 0)
        return;
    // One block a call: a client that never stops talking must not hold up everything else.
    std::array<char, longest_line> block;
    const auto count = ::read(end.descriptor, block.data(), block.size());
    if (count > 0) {
        end.begun.append(block.data(), static_cast<std::size_t>(count));
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        ::close(std::exchange(end.descriptor, -1));
        if (!end.begun.empty())
            end.begun += '\n';
    }
    std::size_t done = 0;
    for (auto stop = end.begun.find('\n'); stop != std::string::npos;
         stop = end.begun.find('\n', done)) {
        receive(end.stream, std::string_view{end.begun}.substr(done, stop - done));
        done = stop + 1;
    }
    end.begun.erase(0, done);
    if (end.begun.size() >= longest_line)
        receive(end.stream, std::exchange(end.begun, {}));
}

std::optional<exit_status> child_process::status() {
    int word = 0;
    if (status_ || ::waitpid(pid_, &word, WNOHANG) != pid_)
        return status_;
    if (WIFSIGNALED(word))
        status_ = exit_status{std::nullopt, WTERMSIG(word)};
    else
        status_ = exit_status{WEXITSTATUS(word), std::nullopt};
    return status_;
}

void child_process::signal(int number) const noexcept {
    ::kill(-pid_, number);
}

std::optional<process_usage> child_process::usage() const {
    namespace fs = std::filesystem;
    const auto folder = fs::path{"/proc"} / std::to_string(pid_);
    std::ifstream stat{folder / "stat"};
    std::string text;
    if (!std::getline(stat, text))
        return std::nullopt;
    // Behind the name, which may hold anything: fields 14, 15, 20 and 24 of proc(5).
    std::vector<std::uint64_t> fields(3);
    std::istringstream rest{text.substr(std::min(text.rfind(')') + 2, text.size()))};
    std::string word;
    while (rest >> word)
        fields.push_back(std::strtoull(word.c_str(), nullptr, 10));
    constexpr std::size_t enough = 25;
    if (fields.size() < enough)
        return std::nullopt;
    const auto ticks = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    constexpr std::uint64_t ms_per_second = 1000;
    process_usage read{.rss_octets = fields[24] * static_cast<std::uint64_t>(::getpagesize()),
                       .cpu_ms = (fields[14] + fields[15]) * ms_per_second / ticks,
                       .descriptors = 0,
                       .threads = fields[20]};
    std::error_code failure;
    for (fs::directory_iterator entry{folder / "fd", failure}, end; !failure && entry != end;
         entry.increment(failure))
        ++read.descriptors;
    return read;
}

} // namespace rhombus::scenario
