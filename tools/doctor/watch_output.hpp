#pragma once

#include "command_line.hpp"
#include "line_queue.hpp"

#include <rhombus/transcript/recorder.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace rhombus::doctor {

/// What `watch` tells: events and states as JSON lines (level L1), or lines for a person.
class watch_output {
public:
    /// @param log gets a `drop` record for lines that nobody read in time.
    watch_output(format form, transcript::recorder& log);
    watch_output(const watch_output&) = delete;
    watch_output& operator=(const watch_output&) = delete;
    /// Waits a little for the readers; what they did not take is told as dropped.
    ~watch_output();

    void connected();
    void subscribed();
    /// Prints an event's body as received, on one line; reports a body that is no JSON object.
    void event(std::string_view kind, std::string_view key, std::string_view body);
    /// @param code the close code or HTTP status; 0: none.
    void closed(int code, std::string_view reason, std::string_view cause);
    void error(std::string_view message);
    /// Tells a person of what is odd and does no harm.
    void notice(std::string_view text);
    void gave_up(std::string_view reason);
    /// Events of this time may be missing: the stream is live only.
    void gap(std::int64_t from_wall_ms, std::int64_t to_wall_ms);

private:
    void state(std::string_view line, std::string_view for_a_person);
    void say(std::string_view for_a_person);
    void no_event(std::string_view body, std::string_view defect);
    void tell_dropped(std::uint64_t count);

    format form_;
    transcript::recorder& log_;
    line_queue people_; ///< Standard error.
    line_queue lines_;  ///< Standard output.
};

} // namespace rhombus::doctor
