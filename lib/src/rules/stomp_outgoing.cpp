#include "observations.hpp"
#include "sections.hpp"
#include "tally.hpp"
#include "tolerances.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace rhombus::rules {

namespace {

constexpr std::string_view section = "stomp_outgoing";
constexpr std::string_view no_frame = "the client sent no STOMP frame";
constexpr std::string_view no_hello = "the client sent no CONNECT";
constexpr std::string_view end_of_line = "\r\n";

bool opens_session(std::string_view command) {
    return command == "CONNECT" || command == "STOMP";
}

/// Calls `look` with every whole frame of the client.
template <class Look>
void each_frame(const run_history& run, Look look) {
    for (const auto& connection : run.connections) {
        for (const auto& frame : frames_from(connection, origin::client))
            look(frame);
    }
}

/// Calls `look` with every violation of the grammar in what the client sent.
template <class Look>
void each_violation(const run_history& run, Look look) {
    for (const auto& connection : run.connections) {
        for (const auto& item : connection.stomp) {
            const auto* const broken = std::get_if<transcript::stomp_violation>(&item.what);
            if (broken != nullptr && item.where.from == origin::client)
                look(item.where, *broken);
        }
    }
}

/// Counts whole frames as kept, and as broken each violation with one of these codes.
ruling judge_grammar(const run_history& run, std::initializer_list<stomp::errc> codes) {
    tally seen;
    each_frame(run, [&](const placed_frame& frame) { seen.held(frame.where); });
    each_violation(run, [&](const at& where, const transcript::stomp_violation& broken) {
        if (std::find(codes.begin(), codes.end(), broken.error.code) != codes.end())
            seen.breach(level::must,
                        fmt::format("{} at octet {}", stomp::describe(broken.error.code),
                                    broken.error.offset),
                        {where.n});
    });
    return std::move(seen).result("all frames were well formed in this respect",
                                  std::string{no_frame});
}

bool beats_before_hello(const connection_history& connection, const at& hello_at) {
    return std::any_of(connection.stomp.begin(), connection.stomp.end(), [&](const auto& item) {
        return item.where.from == origin::client && item.where.n < hello_at.n &&
               std::holds_alternative<transcript::stomp_eol>(item.what);
    });
}

void look_at_start(const connection_history& connection, const run_history& run, tally& seen) {
    const auto frames = frames_from(connection, origin::client);
    if (frames.empty())
        return;
    if (!opens_session(frames.front().frame->command))
        return seen.breach(level::must,
                           fmt::format("the first frame was {}", frames.front().frame->command),
                           {frames.front().where.n});
    const auto connected = first_frame(connection, origin::server, "CONNECTED");
    const auto until = connected ? connected->where : end_of_observation(run);
    for (auto frame = std::next(frames.begin()); frame != frames.end(); ++frame) {
        if (frame->where.n < until.n)
            return seen.breach(level::must,
                               fmt::format("{} was sent before CONNECTED", frame->frame->command),
                               {frame->where.n});
    }
    if (beats_before_hello(connection, frames.front().where))
        return seen.breach(level::should, "a beat was sent before CONNECT",
                           {frames.front().where.n});
    seen.held(frames.front().where);
}

ruling judge_first_frame(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto& connection : run.connections)
        look_at_start(connection, run, seen);
    return std::move(seen).result("CONNECT came first and alone", std::string{no_frame});
}

ruling judge_prompt_connect(const run_history& run, const context& /*with*/) {
    tally seen{basis::time};
    for (const auto* const connection : upgraded(run)) {
        const auto& open = connection->upgrade()->where;
        const auto sent = hello(*connection);
        const auto waited = between(open, sent ? sent->where : end_of_dialogue(*connection, run));
        const auto late = overdue(waited, tolerances::connect_after_101);
        if (late)
            seen.breach(*late, fmt::format("no CONNECT in {} after the 101", to_text(waited)),
                        {open.n});
        else if (sent)
            seen.held(sent->where);
    }
    return std::move(seen).result("CONNECT followed the 101 at once",
                                  "no handshake was answered with 101");
}

ruling judge_version(const run_history& run, const context& /*with*/) {
    tally seen;
    each_frame(run, [&](const placed_frame& sent) {
        if (!opens_session(sent.frame->command))
            return;
        const auto offered = std::string{sent.frame->find("accept-version").value_or("")};
        if (("," + offered + ",").find(",1.2,") != std::string::npos)
            seen.held(sent.where);
        else
            seen.breach(level::must, fmt::format("accept-version was \"{}\"", offered),
                        {sent.where.n});
    });
    return std::move(seen).result("accept-version holds 1.2", std::string{no_hello});
}

ruling judge_host(const run_history& run, const context& with) {
    tally seen;
    each_frame(run, [&](const placed_frame& sent) {
        if (!opens_session(sent.frame->command))
            return;
        if (sent.frame->find("host"))
            seen.held(sent.where);
        else // D-01: the guides and the vendor's client send none.
            seen.breach(vendor_tolerated(with), "CONNECT had no host header", {sent.where.n});
    });
    return std::move(seen).result("CONNECT named its host", std::string{no_hello});
}

ruling judge_heartbeat_header(const run_history& run, const context& /*with*/) {
    tally seen;
    each_frame(run, [&](const placed_frame& sent) {
        if (!opens_session(sent.frame->command))
            return;
        const auto value = sent.frame->find("heart-beat");
        const auto offer = stomp::parse_heartbeat(value);
        const auto shown = value.value_or("absent");
        if (!offer)
            seen.breach(level::must, fmt::format("heart-beat was \"{}\"", shown), {sent.where.n});
        else if (offer->can_send.count() == 0 || offer->wants.count() == 0)
            seen.breach(level::should, fmt::format("heart-beat was {}", shown), {sent.where.n});
        else
            seen.held(sent.where);
    });
    return std::move(seen).result("heart-beat held two numbers, none 0", std::string{no_hello});
}

ruling judge_one_nul(const run_history& run, const context& /*with*/) {
    tally seen;
    each_frame(run, [&](const placed_frame& frame) { seen.held(frame.where); });
    each_violation(run, [&](const at& where, const transcript::stomp_violation& broken) {
        const auto second_nul = broken.error.code == stomp::errc::null_octet_between_frames;
        if (second_nul || broken.error.code == stomp::errc::missing_null_octet)
            seen.breach(level::must,
                        second_nul ? "a frame ended in two NULs"
                                   : "no NUL stood where a frame should end",
                        {where.n});
    });
    for (const auto& connection : run.connections) {
        if (!connection.unfinished_from_client.empty())
            seen.breach(level::must, "a frame was never ended by a NUL", {connection.last->n});
    }
    return std::move(seen).result("each frame ended in one NUL", std::string{no_frame});
}

ruling judge_empty_line(const run_history& run, const context& /*with*/) {
    using namespace std::string_view_literals;
    return judge_grammar(run,
                         {stomp::errc::null_octet_in_headers, stomp::errc::header_without_colon});
}

ruling judge_line_ends(const run_history& run, const context& /*with*/) {
    return judge_grammar(run, {stomp::errc::bare_carriage_return});
}

bool padded(std::string_view text) {
    return text.starts_with(' ') || text.ends_with(' ');
}

ruling judge_padding(const run_history& run, const context& /*with*/) {
    tally seen;
    each_frame(run, [&](const placed_frame& sent) {
        const auto& headers = sent.frame->headers;
        const auto found = std::find_if(headers.begin(), headers.end(), [](const auto& header) {
            return padded(header.name) || padded(header.value);
        });
        if (found == headers.end())
            seen.held(sent.where);
        else
            seen.breach(level::must, fmt::format("header {} was padded", found->name),
                        {sent.where.n});
    });
    return std::move(seen).result("no header was padded", std::string{no_frame});
}

ruling judge_body(const run_history& run, const context& /*with*/) {
    tally seen;
    each_frame(run, [&](const placed_frame& sent) {
        if (sent.frame->command == "SEND" || sent.frame->body.empty())
            seen.held(sent.where);
        else
            seen.breach(level::must, fmt::format("{} had a body", sent.frame->command),
                        {sent.where.n});
    });
    return std::move(seen).result("only SEND had a body", std::string{no_frame});
}

/// @returns how many whole frames that message completed.
std::size_t frames_in(const connection_history& connection, const at& message) {
    const auto frames = frames_from(connection, origin::client);
    return static_cast<std::size_t>(
        std::count_if(frames.begin(), frames.end(),
                      [&](const auto& frame) { return frame.where.n == message.n; }));
}

ruling judge_whole_frames(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto& connection : run.connections) {
        for (const auto& sent : connection.messages) {
            const auto beat = sent.payload.find_first_not_of(end_of_line) == std::string::npos;
            if (sent.where.from != origin::client || beat)
                continue;
            const auto frames = frames_in(connection, sent.where);
            const auto end = sent.payload.find_last_not_of(end_of_line);
            if (frames == 1 && sent.payload[end] == '\0')
                seen.held(sent.where);
            else
                seen.breach(level::should, fmt::format("a message held {} whole frames", frames),
                            {sent.where.n});
        }
    }
    return std::move(seen).result("each message held one whole frame", std::string{no_frame});
}

/// @returns the header's name as the specification has it, where it is spelt otherwise.
std::optional<std::string_view> right_spelling(std::string_view name) {
    constexpr std::array<std::string_view, 13> known{
        "accept-version", "host",        "heart-beat",   "login",
        "passcode",       "destination", "id",           "ack",
        "receipt",        "transaction", "content-type", "content-length",
        "subscription"};
    for (const auto right : known) {
        if (name != right && same_token(name, right))
            return right;
    }
    return std::nullopt;
}

ruling judge_spelling(const run_history& run, const context& /*with*/) {
    tally seen;
    each_frame(run, [&](const placed_frame& sent) {
        const auto& headers = sent.frame->headers;
        const auto found = std::find_if(headers.begin(), headers.end(), [](const auto& header) {
            return right_spelling(header.name).has_value();
        });
        if (found == headers.end())
            seen.held(sent.where);
        else
            seen.breach(
                level::must,
                fmt::format("header {} was spelt {}", *right_spelling(found->name), found->name),
                {sent.where.n});
    });
    each_violation(run, [&](const at& where, const transcript::stomp_violation& broken) {
        if (broken.error.code == stomp::errc::unknown_command)
            seen.breach(level::must, "a command is not one of STOMP 1.2", {where.n});
    });
    return std::move(seen).result("commands and headers were spelt as in the specification",
                                  std::string{no_frame});
}

ruling judge_repeated(const run_history& run, const context& /*with*/) {
    tally seen;
    each_frame(run, [&](const placed_frame& sent) {
        std::set<std::string_view> names;
        for (const auto& header : sent.frame->headers)
            names.insert(header.name);
        if (names.size() == sent.frame->headers.size())
            seen.held(sent.where);
        else
            seen.breach(level::should, fmt::format("{} repeated a header", sent.frame->command),
                        {sent.where.n});
    });
    return std::move(seen).result("no header was repeated", std::string{no_frame});
}

ruling judge_consumer(const run_history& run, const context& /*with*/) {
    constexpr std::array<std::string_view, 5> fit{"CONNECT", "STOMP", "SUBSCRIBE", "UNSUBSCRIBE",
                                                  "DISCONNECT"};
    tally seen;
    each_frame(run, [&](const placed_frame& sent) {
        if (std::find(fit.begin(), fit.end(), sent.frame->command) != fit.end())
            seen.held(sent.where);
        else
            seen.breach(level::should, fmt::format("a consumer sent {}", sent.frame->command),
                        {sent.where.n});
    });
    return std::move(seen).result("nothing but a consumer's frames was sent",
                                  std::string{no_frame});
}

constexpr std::string_view frames_source = "STOMP 1.2, STOMP Frames";

constexpr std::array rules_here{
    rule{.id = "R-201",
         .section = section,
         .title = "CONNECT is the first frame, and the only one before CONNECTED",
         .source = "STOMP 1.2, Connecting",
         .judge = judge_first_frame},
    rule{.id = "R-202",
         .section = section,
         .level = level::should,
         .title = "CONNECT is sent without waiting for the server to speak",
         .source = "STOMP 1.2, Connecting",
         .settles = settles::at_once,
         .judge = judge_prompt_connect},
    rule{.id = "R-203",
         .section = section,
         .title = "accept-version holds 1.2",
         .source = "TG CONNECTED Never Received; STOMP 1.2, Protocol Negotiation",
         .judge = judge_version},
    rule{.id = "R-204",
         .section = section,
         .title = "CONNECT names its host",
         .source = "STOMP 1.2, CONNECT or STOMP Frame",
         .judge = judge_host},
    rule{.id = "R-205",
         .section = section,
         .title = "heart-beat is two decimal numbers and a comma",
         .source = "STOMP 1.2, Heart-beating; LG Step 2",
         .judge = judge_heartbeat_header},
    rule{.id = "R-206",
         .section = section,
         .title = "Each frame ends in one NUL",
         .source = "TG Missing null terminator; STOMP 1.2, STOMP Frames",
         .judge = judge_one_nul},
    rule{.id = "R-207",
         .section = section,
         .title = "An empty line ends the headers",
         .source = frames_source,
         .judge = judge_empty_line},
    rule{.id = "R-208",
         .section = section,
         .title = "Lines end in LF or CR LF",
         .source = frames_source,
         .judge = judge_line_ends},
    rule{.id = "R-210",
         .section = section,
         .title = "Headers are not padded",
         .source = "STOMP 1.2, Value Encoding",
         .judge = judge_padding},
    rule{.id = "R-211",
         .section = section,
         .title = "Only SEND has a body",
         .source = "STOMP 1.2, Body",
         .judge = judge_body},
    rule{.id = "R-213",
         .section = section,
         .level = level::should,
         .title = "One message holds one whole frame",
         .source = "LG Step 2",
         .judge = judge_whole_frames},
    rule{.id = "R-214",
         .section = section,
         .title = "Commands and header names are spelt as in the specification",
         .source = frames_source,
         .judge = judge_spelling},
    rule{.id = "R-215",
         .section = section,
         .level = level::should,
         .title = "No header is repeated",
         .source = "STOMP 1.2, Repeated Header Entries",
         .judge = judge_repeated},
    rule{.id = "R-216",
         .section = section,
         .level = level::should,
         .title =
             "A consumer sends nothing but CONNECT, SUBSCRIBE, UNSUBSCRIBE, DISCONNECT and beats",
         .source = "STOMP 1.2, Client Frames",
         .judge = judge_consumer},
};

} // namespace

std::span<const rule> stomp_outgoing_rules() {
    return rules_here;
}

} // namespace rhombus::rules
