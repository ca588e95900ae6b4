#include <rhombus/net/raw_log.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace rhombus::net {
namespace {

using namespace std::chrono_literals;
using transcript::origin;
constexpr std::size_t file_head_octets = 32;
constexpr std::size_t entry_head_octets = 18;

class RawLog : public testing::Test {
public:
    ~RawLog() override { std::filesystem::remove(path); }

    static std::unique_ptr<raw_log> open_log(const std::filesystem::path& where) {
        auto opened = raw_log::open(where);
        EXPECT_TRUE(opened.has_value()) << where;
        return std::move(*opened);
    }

    static void pass(raw_log& log, std::uint8_t opcode, std::string_view payload,
                     origin from = origin::server) {
        const websocket::frame_view frame{.opcode = opcode, .payload = payload};
        log.take({.conn = 3,
                  .from = from,
                  .when = std::chrono::steady_clock::time_point{258ns},
                  .frame = &frame});
    }

    [[nodiscard]] std::string content() const {
        std::ifstream file{path, std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }

    std::filesystem::path path = std::filesystem::path{testing::TempDir()} /
                                 ("rhombus-raw-log-" + std::to_string(::getpid()));
};

TEST_F(RawLog, WritesEachFrameBehindItsTimeLengthConnectionAndSender) {
    {
        const auto log = open_log(path);
        pass(*log, 1, "ab");
        pass(*log, 9, "", origin::client);
    }
    EXPECT_EQ(content().substr(0, 16), "rhombus-frames/1");
    const std::string_view entries{"\x02\x01\0\0\0\0\0\0\x02\0\0\0\x03\0\0\0\x01\x81"
                                   "ab"
                                   "\x02\x01\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0\x89",
                                   2 * entry_head_octets + 2};
    EXPECT_EQ(content().substr(file_head_octets), entries);
}

TEST_F(RawLog, HoldsFramesUntilItIsFlushed) {
    const auto log = open_log(path);
    pass(*log, 1, "ab");
    EXPECT_EQ(content().size(), 0);
    log->flush();
    EXPECT_EQ(content().size(), file_head_octets + entry_head_octets + 2);
}

TEST_F(RawLog, WritesFramesLongerThanItsBufferWhole) {
    const std::string longest(std::size_t{1} << 20U, 'x');
    {
        const auto log = open_log(path);
        pass(*log, 2, longest);
        pass(*log, 1, "behind");
    }
    EXPECT_EQ(content().size(), file_head_octets + 2 * entry_head_octets + longest.size() + 6);
    EXPECT_EQ(content().substr(file_head_octets + entry_head_octets, longest.size()), longest);
    EXPECT_TRUE(content().ends_with("behind"));
}

TEST_F(RawLog, IsForItsOwnerOnly) {
    const auto log = open_log(path);
    struct stat facts {};
    ASSERT_EQ(::stat(path.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0600U);
}

TEST_F(RawLog, NamesTheFileThatCannotBeOpened) {
    EXPECT_EQ(raw_log::open("/nowhere/log").error(), "/nowhere/log: No such file or directory");
}

TEST_F(RawLog, SaysThatTheDeviceIsFull) {
    const auto log = open_log("/dev/full");
    pass(*log, 1, "ab");
    EXPECT_EQ(log->failure(), "");
    log->flush();
    EXPECT_EQ(log->failure().substr(0, 34), "/dev/full: No space left on device");
}

/// Lets no file grow above a bound while it lives.
class file_size_limit {
public:
    explicit file_size_limit(std::size_t octets) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit now{.rlim_cur = octets, .rlim_max = before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &now);
        handler_ = std::signal(SIGXFSZ, SIG_IGN);
    }
    file_size_limit(const file_size_limit&) = delete;
    file_size_limit& operator=(const file_size_limit&) = delete;
    ~file_size_limit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

private:
    rlimit before_{};
    void (*handler_)(int) = SIG_DFL;
};

TEST_F(RawLog, EndsWithAWholeEntryWhenNoMoreFits) {
    {
        const auto log = open_log(path);
        pass(*log, 1, "kept");
        log->flush();
        const file_size_limit limit{100};
        pass(*log, 1, std::string(100, 'x'));
        log->flush();
        EXPECT_EQ(log->failure(), path.string() + ": File too large");
        pass(*log, 1, "late");
    }
    EXPECT_EQ(content().size(), file_head_octets + entry_head_octets + 4);
    EXPECT_TRUE(content().ends_with("kept"));
}

} // namespace
} // namespace rhombus::net
