#include <gtest/gtest.h>

#include <csignal>
#include <scenario/child_process.hpp>

namespace rhombus::scenario {
namespace {

using namespace std::chrono_literals;

struct finished_child {
    exit_status status;
    std::string out;
    std::string err;
};

finished_child run(std::vector<std::string> argv,
                   const std::vector<std::string>& environment = {}) {
    finished_child made;
    auto child = child_process::start(
        {.argv = std::move(argv), .environment = environment, .folder = testing::TempDir()});
    EXPECT_TRUE(child) << child.error();
    const auto take = [&](output_stream stream, std::string_view line) {
        (stream == output_stream::out ? made.out : made.err).append(line).append("|");
    };
    while (!child->status())
        child->read_output(20ms, take);
    for (int i = 0; i < 3; ++i)
        child->read_output(1ms, take);
    made.status = *child->status();
    return made;
}

TEST(ChildProcess, HandsOnWholeLinesOfBothOutputs) {
    const auto done = run({"/bin/sh", "-c", "printf 'a\\nb'; printf 'c\\n' >&2; exit 3"});
    EXPECT_EQ(done.out, "a|b|");
    EXPECT_EQ(done.err, "c|");
    EXPECT_EQ(done.status.code, 3);
    EXPECT_FALSE(done.status.signal);
}

TEST(ChildProcess, FindsItsInputAtTheEnd) {
    EXPECT_EQ(run({"/bin/cat"}).status.code, 0);
}

TEST(ChildProcess, SeesNoOtherEnvironmentAndNoOtherDescriptor) {
    EXPECT_EQ(run({"/usr/bin/env"}, {"A=1"}).out, "A=1|");
    EXPECT_EQ(run({"/bin/sh", "-c", "ls /proc/self/fd | tr '\\n' ' '"}).out, "0 1 2 3 |");
}

TEST(ChildProcess, LeadsAGroupThatIsSignalledAsAWhole) {
    auto child = child_process::start({.argv = {"/bin/sh", "-c", "sleep 60 & sleep 60"},
                                       .environment = {"PATH=/usr/bin:/bin"},
                                       .folder = testing::TempDir()});
    ASSERT_TRUE(child);
    EXPECT_EQ(::getpgid(child->pid()), child->pid());
    child->signal(SIGTERM);
    bool ended = false;
    const auto take = [](output_stream, std::string_view) {};
    for (int i = 0; i < 100 && !ended; ++i) {
        child->read_output(50ms, take);
        ended = child->status().has_value();
    }
    ASSERT_TRUE(ended);
    EXPECT_EQ(child->status()->signal, SIGTERM);
}

TEST(ChildProcess, AProgramThatIsNotThereIsNamed) {
    const auto child = child_process::start(
        {.argv = {"/nonexistent"}, .environment = {}, .folder = testing::TempDir()});
    ASSERT_FALSE(child);
    EXPECT_EQ(child.error(), "cannot start /nonexistent: No such file or directory");
}

TEST(ChildProcess, TellsWhatItUses) {
    auto child = child_process::start({.argv = {"/bin/sh", "-c", "echo ready; sleep 60; :"},
                                       .environment = {"PATH=/usr/bin:/bin"},
                                       .folder = testing::TempDir()});
    ASSERT_TRUE(child);
    bool ready = false;
    for (int i = 0; i < 100 && !ready; ++i)
        child->read_output(50ms, [&](output_stream, std::string_view) { ready = true; });
    const auto usage = child->usage();
    ASSERT_TRUE(usage);
    EXPECT_GT(usage->rss_octets, 0U);
    EXPECT_EQ(usage->threads, 1U);
}

} // namespace
} // namespace rhombus::scenario
