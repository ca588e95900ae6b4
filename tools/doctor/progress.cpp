#include "progress.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace rhombus::doctor {
namespace {

constexpr const char* clear_line = "\r\x1b[K";

void show(std::string_view text) {
    std::fputs(clear_line, stderr);
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

} // namespace

progress::progress(place where) : where_{where} {}

progress::~progress() {
    if (where_ == place::terminal)
        show({});
}

void progress::begin(const check& subject) {
    title_ = subject.title;
    id_ = subject.id;
    begun_ = std::chrono::steady_clock::now();
    if (where_ == place::terminal)
        show(fmt::format("  {:<16} {}", id_, title_));
}

void progress::tick(const examination& run) {
    if (where_ == place::nowhere)
        return;
    const auto waited =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begun_);
    auto line = fmt::format("  {:<16} {}  {} s", id_, title_, waited.count());
    if (run.counts().events + run.counts().beats > 0)
        line += fmt::format(", {} events, {} heart-beats", run.counts().events, run.counts().beats);
    show(line);
}

} // namespace rhombus::doctor
