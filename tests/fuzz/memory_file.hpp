#pragma once

#include "expect.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

namespace rhombus::fuzz {

/// A file that stands in memory alone, for readers that want a path.
class memory_file {
public:
    explicit memory_file(std::string_view content) : descriptor_{::memfd_create("input", 0)} {
        expect(descriptor_ >= 0 && ::write(descriptor_, content.data(), content.size()) ==
                                       static_cast<ssize_t>(content.size()),
               "a file in memory can be written");
    }
    ~memory_file() { ::close(descriptor_); }
    memory_file(const memory_file&) = delete;
    memory_file& operator=(const memory_file&) = delete;

    [[nodiscard]] std::filesystem::path path() const {
        return "/proc/self/fd/" + std::to_string(descriptor_);
    }

private:
    int descriptor_;
};

} // namespace rhombus::fuzz
