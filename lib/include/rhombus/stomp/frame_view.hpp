#pragma once

#include <rhombus/stomp/frame.hpp>
#include <rhombus/stomp/version.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rhombus::stomp {

/// A header's name or value as it stands on the wire; unescaped when asked.
class encoded_text {
public:
    encoded_text() = default;
    /// @param raw the octets; they outlive this.
    /// @param escapes the letters that may follow a backslash; empty: no octet is an escape.
    explicit encoded_text(std::string_view raw, std::string_view escapes = {}) noexcept
        : raw_{raw}, escapes_{escapes} {}

    /// @returns the octets as they came.
    [[nodiscard]] std::string_view raw() const noexcept { return raw_; }
    /// @returns whether decoding changes anything.
    [[nodiscard]] bool escaped() const noexcept { return !escapes_.empty(); }
    /// @returns the octets meant: raw() itself or, where there are escapes, a text kept in scratch.
    /// An undefined escape, which only a tolerant reader lets through, stays as it came.
    [[nodiscard]] std::string_view decode(std::string& scratch) const {
        return escaped() ? unescape(scratch) : raw_;
    }
    /// @returns the octets meant.
    [[nodiscard]] std::string text() const;
    /// @returns whether the octets meant are these.
    [[nodiscard]] bool means(std::string_view text) const;

private:
    [[nodiscard]] std::string_view unescape(std::string& scratch) const;

    std::string_view raw_;
    std::string_view escapes_;
};

/// A header as it stands on the wire.
struct header_view {
    encoded_text name;  ///< Before the colon.
    encoded_text value; ///< Behind the colon.
};

/// Where a header stands in its frame; offsets from the frame's first octet.
struct header_place {
    std::uint32_t begin = 0;   ///< Of the name.
    std::uint32_t colon = 0;   ///< The name is empty when it equals begin.
    std::uint32_t end = 0;     ///< Behind the value.
    std::uint32_t escaped = 0; ///< Not 0: a backslash stands in it that is an escape.
};

/// A whole frame over octets that somebody else keeps. Nothing is copied or unescaped before it is
/// asked for.
class frame_view {
public:
    frame_view() = default;

    /// @returns the command, e.g. `MESSAGE`.
    [[nodiscard]] std::string_view command() const noexcept { return command_; }
    /// @returns how many headers there are, repeated names included.
    [[nodiscard]] std::size_t header_count() const noexcept { return headers_.size(); }
    /// @returns the header at this place, in the order they came; `index` is below header_count().
    [[nodiscard]] header_view header(std::size_t index) const noexcept {
        const auto& place = headers_[index];
        const auto escapes = place.escaped != 0 ? escapes_ : std::string_view{};
        const auto value = place.colon == place.end ? place.end : place.colon + 1;
        return {encoded_text{{octets_.data() + place.begin, place.colon - place.begin}, escapes},
                encoded_text{{octets_.data() + value, place.end - value}, escapes}};
    }
    /// @returns the value of the first header of that name.
    /// Spec: STOMP 1.2, Repeated Header Entries.
    [[nodiscard]] std::optional<encoded_text> find(std::string_view name) const;
    /// @returns the body; may hold NUL where content-length counts it.
    [[nodiscard]] std::string_view body() const noexcept { return body_; }
    /// @returns the frame as it came, with its NUL where it has one.
    [[nodiscard]] std::string_view octets() const noexcept { return octets_; }
    /// @returns where its first octet stood in the stream.
    [[nodiscard]] std::size_t offset() const noexcept { return offset_; }

    /// @returns a frame of its own, headers unescaped.
    [[nodiscard]] stomp::frame to_frame() const;

private:
    friend class frame_scanner;

    std::string_view octets_;
    std::string_view command_;
    std::string_view body_;
    std::span<const header_place> headers_;
    std::string_view escapes_;
    std::size_t offset_ = 0;
};

} // namespace rhombus::stomp
