#pragma once

#include <rhombus/websocket/octet_buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace rhombus::websocket {

/// Inflates the messages of one direction. Spec: RFC 7692 section 7.2.2.
/// The window is always 32 KiB, so a sender that goes beyond the one agreed on is not noticed.
class inflater {
public:
    /// @throws std::bad_alloc
    inflater();
    inflater(const inflater&) = delete;
    inflater& operator=(const inflater&) = delete;
    ~inflater();

    enum class outcome : std::uint8_t { good, corrupt, too_long };

    /// Appends what the next octets of a message inflate to.
    /// @param limit of `inflated` as a whole; nothing is kept above it.
    [[nodiscard]] outcome add(std::string_view deflated, octet_buffer& inflated, std::size_t limit);
    /// Ends the message.
    [[nodiscard]] outcome end(octet_buffer& inflated, std::size_t limit);
    /// The next message does not refer to those before it.
    void forget_context() noexcept;

private:
    struct stream;
    [[nodiscard]] outcome run(std::string_view deflated, int flush, octet_buffer& inflated,
                              std::size_t limit);

    std::unique_ptr<stream> stream_;
};

} // namespace rhombus::websocket
