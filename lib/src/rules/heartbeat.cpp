#include "observations.hpp"
#include "sections.hpp"
#include "tally.hpp"
#include "tolerances.hpp"

#include <rhombus/stomp/heartbeat_ledger.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace rhombus::rules {

namespace {

constexpr std::string_view section = "heartbeat";
constexpr std::string_view none_agreed = "no heart-beats were agreed in this direction";
constexpr std::uint8_t opcode_ping = 9;

stomp::moment moment_of(const at& where) {
    return {stomp::time_point{nanoseconds{where.when.t_ns}}, where.n};
}

/// @returns the longest time in which the client sent no data message, between CONNECTED and the
/// end; its ends are marked by the numbers of their records.
stomp::gap longest_gap(const connection_history& connection, const at& since, const at& until) {
    stomp::gap_ledger sent{stomp::milliseconds{0}, moment_of(since)};
    for (const auto& message : connection.messages) {
        const auto& begun = message.begun;
        if (message.where.from == origin::client && begun.n > since.n && begun.n <= until.n)
            sent.take(moment_of(begun), message.payload.size(), stomp::sign_of_life::data);
    }
    return sent.until(moment_of(until)).longest;
}

/// One connection on which the client owes beats.
struct owed_beats {
    const connection_history* connection;
    at since;
    at until;
    std::chrono::nanoseconds interval;

    /// @returns how many beats were due.
    [[nodiscard]] std::size_t due() const {
        return static_cast<std::size_t>(
            std::max<std::int64_t>(between(since, until) / interval, 0));
    }
};

std::vector<owed_beats> connections_owed(const run_history& run) {
    std::vector<owed_beats> owed;
    for (const auto& connection : run.connections) {
        const auto agreed = negotiated(connection);
        if (agreed && agreed->plan.send_every.count() > 0)
            owed.push_back({&connection, agreed->since, end_of_dialogue(connection, run),
                            agreed->plan.send_every});
    }
    return owed;
}

ruling judge_interval(const run_history& run, const context& /*with*/) {
    tally seen{basis::time};
    for (const auto& owed : connections_owed(run)) {
        const auto gap = longest_gap(*owed.connection, owed.since, owed.until);
        const auto late = overdue(gap.length(), scaled(tolerances::outgoing_gap, owed.interval));
        if (late)
            seen.breach(*late,
                        fmt::format("nothing was sent for {}, promised every {}",
                                    to_text(gap.length()), to_text(owed.interval)),
                        {gap.from.mark, gap.to.mark});
        else if (owed.due() > 0)
            seen.held(owed.until, owed.due());
    }
    return std::move(seen).result("something was sent in every interval",
                                  "no connection lasted for one interval");
}

bool only(std::string_view payload, std::string_view octets) {
    return payload.find_first_not_of(octets) == std::string_view::npos;
}

/// @returns the weight of what is wrong with a beat. Spec: STOMP 1.2, Heart-beating; D-04.
std::optional<level> flaw_of_beat(std::string_view payload) {
    if (payload == "\n" || payload == "\r\n")
        return std::nullopt;
    const auto lines = std::count(payload.begin(), payload.end(), '\n');
    return lines > 0 && only(payload, "\r\n") ? level::should : level::must;
}

ruling judge_form(const run_history& run, const context& /*with*/) {
    using namespace std::string_view_literals;
    tally seen;
    for (const auto& connection : run.connections) {
        for (const auto& sent : connection.messages) {
            if (sent.where.from != origin::client || !only(sent.payload, "\r\n\0"sv))
                continue;
            if (const auto flaw = flaw_of_beat(sent.payload))
                seen.breach(*flaw, "a beat was not one EOL alone", {sent.where.n});
            else
                seen.held(sent.where);
        }
    }
    return std::move(seen).result("each beat was one EOL", "the client sent no beat");
}

bool pinged(const connection_history& connection, const stomp::gap& gap) {
    const auto& frames = connection.control_frames;
    return std::any_of(frames.begin(), frames.end(), [&](const auto& frame) {
        return frame.where.from == origin::client && frame.what.opcode == opcode_ping &&
               frame.where.n > gap.from.mark && frame.where.n < gap.to.mark;
    });
}

ruling judge_no_ping_instead(const run_history& run, const context& /*with*/) {
    tally seen{basis::time};
    for (const auto& owed : connections_owed(run)) {
        const auto gap = longest_gap(*owed.connection, owed.since, owed.until);
        const auto late = overdue(gap.length(), scaled(tolerances::outgoing_gap, owed.interval));
        if (late && pinged(*owed.connection, gap))
            seen.breach(*late, fmt::format("only pings were sent for {}", to_text(gap.length())),
                        {gap.from.mark, gap.to.mark});
        else if (!late && owed.due() > 0)
            seen.held(owed.until, owed.due());
    }
    return std::move(seen).result("beats were STOMP's own", std::string{none_agreed});
}

/// @returns the times between successive beats with nothing else between them.
std::vector<stomp::gap> idle_intervals(const connection_history& connection) {
    std::vector<stomp::gap> intervals;
    std::optional<at> last;
    for (const auto& sent : connection.messages) {
        if (sent.where.from != origin::client)
            continue;
        const auto beat = !sent.payload.empty() && only(sent.payload, "\r\n");
        if (beat && last)
            intervals.push_back({moment_of(*last), moment_of(sent.where)});
        last = beat ? std::optional{sent.where} : std::nullopt;
    }
    return intervals;
}

/// @returns the shortest time in which three successive intervals all lay, as one of them: a single
/// short one may be the network's doing.
std::optional<stomp::gap> habitual(const std::vector<stomp::gap>& intervals) {
    constexpr std::size_t run_length = 3;
    std::optional<stomp::gap> closest;
    for (std::size_t i = 0; i + run_length <= intervals.size(); ++i) {
        auto longest = intervals[i];
        for (std::size_t k = 1; k < run_length; ++k) {
            if (intervals[i + k].length() > longest.length())
                longest = intervals[i + k];
        }
        if (!closest || longest.length() < closest->length())
            closest = longest;
    }
    return closest;
}

/// @returns what is to be beaten by: as agreed, else as the client offered, else 10 s.
std::chrono::nanoseconds own_interval(const connection_history& connection) {
    constexpr std::chrono::nanoseconds usual = 10s;
    if (const auto agreed = negotiated(connection))
        if (agreed->plan.send_every.count() > 0)
            return agreed->plan.send_every;
    const auto asked = hello(connection);
    const auto offer = stomp::parse_heartbeat(asked ? asked->frame->find("heart-beat")
                                                    : std::optional<std::string_view>{});
    return offer && offer->can_send.count() > 0 ? offer->can_send : usual;
}

void grade_flood(const connection_history& connection, const run_history& run, tally& seen) {
    const auto connected = first_frame(connection, origin::server, "CONNECTED");
    if (!connected)
        return;
    const auto interval = own_interval(connection);
    const auto closest = habitual(idle_intervals(connection));
    const auto limit = [&](double factor) {
        return std::chrono::duration_cast<nanoseconds>(factor * interval);
    };
    if (closest && closest->length() < limit(tolerances::beats_too_close))
        return seen.breach(closest->length() < limit(tolerances::beats_flood) ? level::must
                                                                              : level::should,
                           fmt::format("beats came every {}, agreed {}", to_text(closest->length()),
                                       to_text(interval)),
                           {closest->from.mark, closest->to.mark});
    const auto lasted = between(connected->where, end_of_dialogue(connection, run));
    if (lasted >= interval)
        seen.held(connected->where, static_cast<std::size_t>(lasted / interval));
}

ruling judge_flood(const run_history& run, const context& /*with*/) {
    tally seen{basis::time};
    for (const auto& connection : run.connections)
        grade_flood(connection, run, seen);
    return std::move(seen).result("beats kept their distance",
                                  "no connection lasted for one interval");
}

/// @returns the last sign of life from the server after CONNECTED and before `until`.
at last_from_server(const connection_history& connection, const at& connected, const at& until) {
    auto last = connected;
    const auto take = [&](const at& where) {
        if (where.from == origin::server && where.n > last.n && where.n < until.n)
            last = where;
    };
    for (const auto& frame : connection.frames)
        take(frame.where);
    for (const auto& octets : connection.not_websocket)
        take(octets.where);
    return last;
}

/// An answer to the client's own end does not count.
bool server_ended_before(const connection_history& connection, const at& until) {
    const auto before = [&](const auto& one) {
        return one && one->where.from == origin::server && one->where.n < until.n;
    };
    return before(connection.close_from_server) || before(connection.closed);
}

void grade_silence(const connection_history& connection, const run_history& run, tally& seen) {
    const auto agreed = negotiated(connection);
    if (!agreed || agreed->plan.expect_every.count() == 0)
        return;
    const std::chrono::nanoseconds interval = agreed->plan.expect_every;
    const auto bounds = scaled(tolerances::silence_noticed, interval);
    const auto end = end_of_observation(run);
    const auto sign = given_up(connection, run);
    const auto noticed = sign && sign->n < end.n;
    const auto until = noticed ? *sign : end;
    if (server_ended_before(connection, until))
        return;
    const auto silent_since = last_from_server(connection, agreed->since, until);
    const auto silence = between(silent_since, until);
    if (!noticed) {
        if (const auto late = overdue(silence, bounds))
            seen.breach(*late,
                        fmt::format("the server was silent for {} and the client did nothing",
                                    to_text(silence)),
                        {silent_since.n});
        return;
    }
    // Ended before one interval had passed: for another reason, or R-408's business.
    if (silence < interval)
        return;
    seen.grade(deviation(silence, bounds),
               fmt::format("the client gave a silent server up after {}, agreed {}",
                           to_text(silence), to_text(interval)),
               *sign);
}

ruling judge_silence(const run_history& run, const context& /*with*/) {
    tally seen{basis::time};
    for (const auto& connection : run.connections)
        grade_silence(connection, run, seen);
    return std::move(seen).result("the silent server was noticed in time",
                                  "the server was never silent for long enough");
}

constexpr std::array rules_here{
    rule{.id = "R-403",
         .section = section,
         .title = "Something is sent at least every agreed interval",
         .source = "STOMP 1.2, Heart-beating; TG Drops Every ~30 Seconds",
         .judge = judge_interval},
    rule{.id = "R-404",
         .section = section,
         .title = "The beat is one EOL without NUL",
         .source = "STOMP 1.2, Heart-beating; LG Heartbeat",
         .judge = judge_form},
    rule{.id = "R-405",
         .section = section,
         .title = "A ping does not stand in for a beat",
         .source = "STOMP 1.2, Heart-beating",
         .judge = judge_no_ping_instead},
    rule{.id = "R-406",
         .section = section,
         .title = "Beats do not flood the server",
         .source = "STOMP 1.2, Heart-beating",
         .judge = judge_flood},
    rule{.id = "R-409",
         .section = section,
         .title = "A silent server is noticed",
         .source = "LG Heartbeat, Dead connection; TG monitor receipt",
         .settles = settles::at_once,
         .judge = judge_silence},
};

} // namespace

std::span<const rule> heartbeat_rules() {
    return rules_here;
}

} // namespace rhombus::rules
