#include "observations.hpp"
#include "sections.hpp"
#include "tally.hpp"
#include "tolerances.hpp"

#include <rhombus/utf8.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace rhombus::rules {

namespace {

constexpr std::string_view section = "framing";

// Spec: RFC 6455, section 5.2.
constexpr std::uint8_t opcode_binary = 2;
constexpr std::uint8_t opcode_ping = 9;
constexpr std::uint8_t opcode_pong = 10;
constexpr std::uint8_t first_control_opcode = 8;

using used_masks = std::map<std::string_view, std::uint64_t>;

void look_at_mask(const transcript::seen<transcript::ws_frame>& frame, used_masks& first_use,
                  tally& seen) {
    const auto cited = frame.where.n;
    if (!frame.what.mask)
        return seen.breach(level::must, "a frame was not masked", {cited});
    const auto [place, fresh] = first_use.try_emplace(*frame.what.mask, cited);
    if (!fresh)
        seen.breach(level::must, "a masking key was used again", {place->second, cited});
    else if (*frame.what.mask == "00000000")
        seen.breach(level::must, "a masking key was zero", {cited});
    else
        seen.held(frame.where);
}

ruling judge_masks(const run_history& run, const context& /*with*/) {
    tally seen;
    used_masks first_use;
    std::size_t frames = 0;
    for (const auto& connection : run.connections) {
        for (const auto& frame : connection.frames) {
            if (frame.where.from != origin::client)
                continue;
            ++frames;
            look_at_mask(frame, first_use, seen);
        }
    }
    auto made = std::move(seen).result(fmt::format("{} frames, each with a key of its own", frames),
                                       "the client sent no frame");
    if (made.result == outcome::held && frames < tolerances::masks_judged) {
        made.result = outcome::not_observed;
        made.message =
            fmt::format("{} frames were sent, too few to tell chance from habit", frames);
    }
    return made;
}

ruling judge_text(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto& connection : run.connections) {
        for (const auto& sent : connection.messages) {
            if (sent.where.from != origin::client)
                continue;
            if (sent.opcode == opcode_binary)
                seen.breach(level::should, "STOMP was sent in a binary message", {sent.where.n});
            else if (!well_formed_utf8(sent.payload))
                seen.breach(level::must, "a text message was not UTF-8", {sent.where.n});
            else
                seen.held(sent.where);
        }
    }
    return std::move(seen).result("all messages were text in UTF-8", "the client sent no message");
}

/// @returns where a data frame began inside another message, or octets were no frame at all.
std::optional<std::uint64_t> interleaved(const connection_history& connection) {
    bool inside = false;
    for (const auto& frame : connection.frames) {
        if (frame.where.from != origin::client || frame.what.opcode >= first_control_opcode)
            continue;
        const auto continues = frame.what.opcode == 0;
        if (continues != inside)
            return frame.where.n;
        inside = !frame.what.fin;
    }
    for (const auto& octets : connection.not_websocket) {
        if (octets.where.from == origin::client)
            return octets.where.n;
    }
    return std::nullopt;
}

ruling judge_serialized(const run_history& run, const context& /*with*/) {
    tally seen;
    for (const auto& connection : run.connections) {
        const auto answers_between = [&](const auto& frame) {
            return frame.where.from == origin::client && frame.what.opcode >= first_control_opcode;
        };
        const auto busy = std::count_if(connection.control_frames.begin(),
                                        connection.control_frames.end(), answers_between);
        if (const auto broken = interleaved(connection))
            seen.breach(level::must, "two writers mixed their frames", {*broken});
        else if (busy > 0 && !connection.messages.empty())
            seen.held(connection.frames.back().where, static_cast<std::size_t>(busy));
    }
    return std::move(seen).result("pongs, Close and messages were written one after the other",
                                  "the client had no two writers at work");
}

using frame_iterator = std::vector<transcript::seen<transcript::ws_frame>>::const_iterator;

/// A ping is excused when a newer one was answered. Spec: RFC 6455, section 5.5.3.
struct ping_answer {
    std::optional<at> same;
    bool newer_answered = false;
};

ping_answer answer_to(frame_iterator ping, frame_iterator end) {
    ping_answer answer;
    std::vector<std::string_view> newer;
    for (auto frame = std::next(ping); frame != end && !answer.same; ++frame) {
        const auto is_newer =
            frame->where.from == origin::server && frame->what.opcode == opcode_ping;
        const auto is_pong =
            frame->where.from == origin::client && frame->what.opcode == opcode_pong;
        if (is_newer)
            newer.emplace_back(frame->what.payload);
        if (is_pong && frame->what.payload == ping->what.payload)
            answer.same = frame->where;
        else if (is_pong)
            answer.newer_answered =
                std::find(newer.begin(), newer.end(), frame->what.payload) != newer.end();
    }
    return answer;
}

void grade_ping(const connection_history& connection, frame_iterator ping, const run_history& run,
                tally& seen) {
    const auto answer = answer_to(ping, connection.control_frames.end());
    if (answer.same) {
        const auto took = between(ping->where, *answer.same);
        return seen.grade(deviation(took, tolerances::pong),
                          fmt::format("a pong came after {}", to_text(took)), *answer.same);
    }
    if (answer.newer_answered)
        return;
    const auto waited = between(ping->where, end_of_dialogue(connection, run));
    if (const auto late = overdue(waited, tolerances::pong))
        seen.breach(*late,
                    fmt::format("a ping had no pong with its payload in {}", to_text(waited)),
                    {ping->where.n});
}

ruling judge_pong(const run_history& run, const context& /*with*/) {
    tally seen{basis::time};
    for (const auto& connection : run.connections) {
        const auto& frames = connection.control_frames;
        for (auto frame = frames.begin(); frame != frames.end(); ++frame) {
            if (frame->where.from == origin::server && frame->what.opcode == opcode_ping)
                grade_ping(connection, frame, run, seen);
        }
    }
    return std::move(seen).result("each ping had its pong in time",
                                  "no ping was sent that could be answered");
}

constexpr std::array rules_here{
    rule{.id = "R-151",
         .section = section,
         .title = "Every frame is masked with a fresh key",
         .source = "RFC 6455, sections 5.1, 5.3, 10.3",
         .judge = judge_masks},
    rule{.id = "R-152",
         .section = section,
         .title = "STOMP goes out as text messages of valid UTF-8",
         .source = "RFC 6455, sections 5.6, 8.1; LG Step 4",
         .judge = judge_text},
    rule{.id = "R-153",
         .section = section,
         .title = "Writers are serialized: beats, pongs, frames and Close never interleave",
         .source = "RFC 6455, section 5.4",
         .judge = judge_serialized},
    rule{.id = "R-154",
         .section = section,
         .title = "A ping is answered by a pong with its payload",
         .source = "RFC 6455, section 5.5.2",
         .settles = settles::at_once,
         .judge = judge_pong},
};

} // namespace

std::span<const rule> framing_rules() {
    return rules_here;
}

} // namespace rhombus::rules
