#pragma once

#include <rhombus/net/frame_sink.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rhombus::net {

/// A file of WebSocket frames as they passed, with their times: for days of traffic at the speed of
/// the line. Its format is in docs/raw-log.md. Octets stand in it as they were sent, so the file is
/// readable by its owner only.
class raw_log final : public frame_sink {
public:
    /// Creates the file or empties it. @returns the log, or one sentence that names the file.
    [[nodiscard]] static boost::system::result<std::unique_ptr<raw_log>, std::string>
    open(const std::filesystem::path& path);
    /// Flushes.
    ~raw_log() override;

    void take(const passed_frame& passed) override;
    void flush() override;

    /// @returns the first failure of writing, one sentence that names the file; empty when there
    /// was none. After it nothing more is written, and the file ends with a whole entry.
    [[nodiscard]] const std::string& failure() const noexcept { return failure_; }

private:
    raw_log(int file, std::filesystem::path path);
    void append(std::string_view octets);
    void write(std::string_view octets);
    void fail(int reason);

    int file_;
    std::filesystem::path path_;
    std::vector<char> buffer_; ///< Not yet written.
    std::uint64_t written_ = 0;
    std::uint64_t whole_ = 0; ///< Octets of the file up to the end of its last whole entry.
    std::string failure_;
};

} // namespace rhombus::net
