#pragma once

#include <rhombus/transcript/record.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace rhombus::scenario {

/// Follows a journal that another process writes line by line.
class journal_reader {
public:
    explicit journal_reader(std::filesystem::path path);

    /// Reads the lines that are whole by now. Throws harness_error for one that is no record.
    void read_more();

    [[nodiscard]] const std::vector<transcript::record>& records() const noexcept {
        return records_;
    }
    /// @returns whether the `end` record came.
    [[nodiscard]] bool complete() const noexcept;

private:
    std::filesystem::path path_;
    std::ifstream file_;
    std::string begun_; ///< A line without its LF yet.
    std::vector<transcript::record> records_;
};

} // namespace rhombus::scenario
