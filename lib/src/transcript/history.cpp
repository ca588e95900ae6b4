#include <rhombus/transcript/history.hpp>

#include <algorithm>
#include <map>
#include <type_traits>
#include <utility>

namespace rhombus::transcript {

namespace {

constexpr std::size_t unfinished_octets = 4096;

// Spec: RFC 6455, section 5.2.
constexpr std::uint8_t opcode_continuation = 0;
constexpr std::uint8_t opcode_close = 8;
constexpr std::uint16_t switching_protocols = 101;

bool is_control(const ws_frame& frame) {
    return frame.opcode >= opcode_close;
}

/// A client is judged: each of its violations counts. Of a server that is read which a right client
/// would have read.
stomp::attitude attitude_towards(stomp::direction side) {
    return side == stomp::direction::from_client ? stomp::explaining : stomp::forbearing;
}

/// One direction of a connection: joins WebSocket messages and reads their STOMP.
class stream_reader {
public:
    explicit stream_reader(stomp::direction side)
        : side_{side}, reader_{{.side = side, .attitude = attitude_towards(side)}} {}

    void take(const at& where, const ws_frame& frame, connection_history& into) {
        if (frame.opcode != opcode_continuation || !open_)
            open_ = message{.begun = where, .opcode = frame.opcode, .fragments = 0};
        open_->where = where;
        open_->payload += frame.payload;
        ++open_->fragments;
        if (!frame.fin)
            return;
        if (!closed_)
            read_stomp(*open_, into);
        into.messages.push_back(*std::exchange(open_, std::nullopt));
    }

    /// What follows a Close frame is not read. Spec: RFC 6455, section 5.5.1.
    void close() { closed_ = true; }

    [[nodiscard]] std::string unfinished() const {
        return broken_ ? std::string{}
                       : std::string{reader_.unfinished().substr(0, unfinished_octets)};
    }

private:
    void read_stomp(const message& whole, connection_history& into) {
        if (broken_)
            return;
        reader_.feed(whole.payload);
        for (auto found = reader_.next(); found != stomp::token::need_more && !broken_;
             found = reader_.next()) {
            if (side_ == stomp::direction::from_client)
                note(whole.where, into);
            take(found, whole.where, into);
        }
        if (!broken_)
            reader_.end_message();
    }

    void note(const at& where, connection_history& into) const {
        for (const auto& deviation : reader_.deviations())
            into.stomp.push_back({where, stomp_violation{deviation.error(), deviation.excerpt}});
    }

    void take(stomp::token found, const at& where, connection_history& into) {
        if (found == stomp::token::eol) {
            into.stomp.push_back({where, stomp_eol{}});
        } else if (found == stomp::token::frame) {
            into.stomp.push_back({where, stomp::parsed_frame{reader_.frame().to_frame(),
                                                             reader_.offset(), reader_.octets()}});
        } else if (found == stomp::token::violation) {
            broken_ = true;
            const auto& what = reader_.violation();
            into.stomp.push_back({where, stomp_violation{what.error(), what.excerpt}});
        }
    }

    stomp::direction side_;
    stomp::frame_reader reader_;
    std::optional<message> open_;
    bool broken_ = false;
    bool closed_ = false;
};

close_frame read_close(const at& where, std::string_view payload) {
    if (payload.size() < 2)
        return {where, std::nullopt, std::string{payload}};
    const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(payload[i]); };
    return {where, static_cast<std::uint16_t>(octet(0) << 8U | octet(1)),
            std::string{payload.substr(2)}};
}

template <class T>
void keep_first(std::optional<T>& slot, T value) {
    if (!slot)
        slot = std::move(value);
}

/// Gathers what belongs to one connection, one overload a kind.
class connection_reader {
public:
    explicit connection_reader(std::uint32_t conn) { history_.conn = conn; }

    void take(const record& subject) {
        const at where{subject.n, subject.when, subject.from};
        keep_first(history_.first, where);
        history_.last = where;
        std::visit([&](const auto& what) { add(where, what); }, subject.what);
    }

    [[nodiscard]] connection_history finish() && {
        history_.unfinished_from_server = from_server_.unfinished();
        history_.unfinished_from_client = from_client_.unfinished();
        return std::move(history_);
    }

private:
    void add(const at& where, const dns_resolved& what) {
        keep_first(history_.resolved, seen<dns_resolved>{where, what});
    }
    void add(const at& where, const dns_failed& what) {
        keep_first(history_.not_resolved, seen<dns_failed>{where, what});
    }
    void add(const at& where, const tcp_failed& what) {
        history_.refusals.push_back({where, what});
    }
    void add(const at& where, const tcp_connected& what) {
        keep_first(history_.connected, seen<tcp_connected>{where, what});
    }
    void add(const at& where, const tcp_closed& what) {
        keep_first(history_.closed, seen<tcp_closed>{where, what});
    }
    void add(const at& where, const tls_established& what) {
        keep_first(history_.secured, seen<tls_established>{where, what});
    }
    void add(const at& where, const tls_failed& what) {
        keep_first(history_.not_secured, seen<tls_failed>{where, what});
    }
    void add(const at& where, const http_request& what) {
        history_.requests.push_back({where, what});
    }
    void add(const at& where, const http_response& what) {
        history_.responses.push_back({where, what});
    }
    void add(const at& where, const ws_raw& what) {
        history_.not_websocket.push_back({where, what});
    }
    void add(const at& where, const fault_injected& what) {
        history_.receipts.push_back({where, what});
    }
    void add(const at& where, const ws_frame& what) {
        auto head = what;
        if (!is_control(what))
            head.payload.clear();
        history_.frames.push_back({where, std::move(head)});
        auto& stream = where.from == origin::server ? from_server_ : from_client_;
        if (!is_control(what))
            return stream.take(where, what, history_);
        history_.control_frames.push_back({where, what});
        if (what.opcode != opcode_close)
            return;
        stream.close();
        keep_first(where.from == origin::server ? history_.close_from_server
                                                : history_.close_from_client,
                   read_close(where, what.payload));
    }
    template <class T>
    void add(const at& /*where*/, const T& /*nothing to derive*/) {}

    connection_history history_;
    stream_reader from_server_{stomp::direction::from_server};
    stream_reader from_client_{stomp::direction::from_client};
};

class process_reader {
public:
    void take(const record& subject) {
        const at where{subject.n, subject.when, subject.from};
        std::visit([&](const auto& what) { add(where, what); }, subject.what);
    }
    [[nodiscard]] process_history finish() && { return std::move(history_); }

private:
    void add(const at& where, const process_started& what) {
        keep_first(history_.started, seen<process_started>{where, what});
    }
    void add(const at& where, const process_output& what) {
        history_.output.push_back({where, what});
    }
    void add(const at& where, const process_sample& what) {
        history_.samples.push_back({where, what});
    }
    void add(const at& where, const process_exited& what) {
        keep_first(history_.exited, seen<process_exited>{where, what});
    }
    void add(const at& where, const note& what) {
        if (what.text == stop_request)
            keep_first(history_.asked_to_stop, at{where});
    }
    void add(const at& where, const client_event& what) {
        history_.events.push_back({where, what});
    }
    template <class T>
    void add(const at& /*where*/, const T& /*nothing to derive*/) {}

    process_history history_;
};

} // namespace

const seen<http_response>* connection_history::upgrade() const noexcept {
    const auto found = std::find_if(responses.begin(), responses.end(), [](const auto& response) {
        return response.what.purpose == "upgrade" && response.what.status == switching_protocols;
    });
    return found == responses.end() ? nullptr : &*found;
}

const stomp_item* connection_history::find(origin from, std::string_view command) const noexcept {
    const auto found = std::find_if(stomp.begin(), stomp.end(), [&](const stomp_item& item) {
        const auto* const whole = std::get_if<stomp::parsed_frame>(&item.what);
        return item.where.from == from && whole != nullptr && whole->frame.command == command;
    });
    return found == stomp.end() ? nullptr : &*found;
}

run_history read_history(std::span<const record> records) {
    run_history run;
    std::map<std::uint32_t, connection_reader> connections;
    process_reader process;
    for (const auto& subject : records) {
        if (const auto* const begin = std::get_if<header>(&subject.what))
            keep_first(run.begin, seen<header>{{subject.n, subject.when, subject.from}, *begin});
        if (std::holds_alternative<end>(subject.what))
            run.complete = true;
        const auto* const receipt = std::get_if<fault_injected>(&subject.what);
        if (receipt != nullptr && subject.conn == 0)
            run.receipts.push_back({{subject.n, subject.when, subject.from}, *receipt});
        run.last = at{subject.n, subject.when, subject.from};
        process.take(subject);
        if (subject.conn != 0)
            connections.try_emplace(subject.conn, subject.conn).first->second.take(subject);
    }
    for (auto& [conn, reader] : connections)
        run.connections.push_back(std::move(reader).finish());
    run.process = std::move(process).finish();
    return run;
}

} // namespace rhombus::transcript
