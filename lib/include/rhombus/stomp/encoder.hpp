#pragma once

#include <rhombus/stomp/error.hpp>
#include <rhombus/stomp/frame.hpp>
#include <rhombus/stomp/version.hpp>

#include <boost/system/result.hpp>

#include <optional>
#include <string>

namespace rhombus::stomp {

/// Appends the frame's octets, of either side, to `out`: LF line ends, one NUL; content-length is
/// added where a body stands without one. Headers are escaped as the version wants; CONNECT and
/// CONNECTED are not (Spec: STOMP 1.2, Value Encoding).
/// @returns nullopt; or what cannot be said, and then `out` is as it was, the error's offset the
/// index of the header: errc::unencodable_header (an octet for which there is no escape),
/// null_octet_in_headers, empty_header_name, header_octets_not_utf8, bad_content_length (another
/// number than the body's octets), unknown_command or body_not_allowed (offset 0).
/// Octets that break the rules on purpose are not for this function: send them as they are.
[[nodiscard]] std::optional<parse_error> encode_to(std::string& out, const frame& subject,
                                                   version which = version::v1_2);

/// @returns the frame's octets, or why they cannot be said; see encode_to().
[[nodiscard]] boost::system::result<std::string, parse_error> serialize(const frame& subject);

} // namespace rhombus::stomp
