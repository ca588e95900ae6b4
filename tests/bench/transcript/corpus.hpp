#pragma once

#include <rhombus/transcript/record.hpp>

#include <cstddef>
#include <vector>

namespace rhombus::transcript::bench {

/// @returns text frames of about 500 octets: STOMP MESSAGE frames whose bodies are change events in
/// JSON, one in ten with letters beyond ASCII. The same ones at every call.
[[nodiscard]] std::vector<record> small_frames(std::size_t count);

/// @returns what a long run looks like: small frames, one large text and one binary frame in
/// hundred, heart-beats, samples of a process, HTTP and TLS of a connection.
[[nodiscard]] std::vector<record> mixed_records(std::size_t count);

} // namespace rhombus::transcript::bench
