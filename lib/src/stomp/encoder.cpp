#include "commands.hpp"

#include <rhombus/stomp/encoder.hpp>
#include <rhombus/stomp/escape.hpp>
#include <rhombus/utf8.hpp>

#include <fmt/format.h>

namespace rhombus::stomp {
namespace {

using namespace std::string_view_literals;

/// @returns the octets that a header cannot hold where these are the letters of escapes.
std::string_view unsayable(std::string_view escapes) noexcept {
    if (escapes.empty())
        return "\r\n"sv;
    return escapes.find('r') == std::string_view::npos ? "\r"sv : ""sv;
}

bool holds_any(std::string_view text, std::string_view octets) noexcept {
    return text.find_first_of(octets) != std::string_view::npos;
}

class encoder {
public:
    encoder(std::string& out, const frame& subject, version which)
        : out_{out}, subject_{subject}, which_{which}, escapes_{escapes_of(subject.command, which)},
          unsayable_{unsayable(escapes_)} {}

    [[nodiscard]] std::optional<parse_error> run() {
        const bool known = known_command(subject_.command, direction::from_client, which_) ||
                           known_command(subject_.command, direction::from_server, which_);
        if (!known)
            return parse_error{errc::unknown_command, 0};
        if (!subject_.body.empty() && !may_have_body(subject_.command, which_))
            return parse_error{errc::body_not_allowed, 0};
        out_ += subject_.command;
        out_ += '\n';
        for (std::size_t i = 0; i < subject_.headers.size(); ++i) {
            if (const auto fault = fault_of(subject_.headers[i]))
                return parse_error{*fault, i};
            append(subject_.headers[i]);
        }
        if (!subject_.body.empty() && !subject_.find("content-length"))
            fmt::format_to(std::back_inserter(out_), "content-length:{}\n", subject_.body.size());
        out_ += '\n';
        out_ += subject_.body;
        out_ += '\0';
        return std::nullopt;
    }

private:
    [[nodiscard]] std::optional<errc> fault_of(const header& subject) const {
        if (subject.name.empty())
            return errc::empty_header_name;
        if (holds_any(subject.name, "\0"sv) || holds_any(subject.value, "\0"sv))
            return errc::null_octet_in_headers;
        const bool colon = escapes_.empty() && holds_any(subject.name, ":"sv);
        if (colon || holds_any(subject.name, unsayable_) || holds_any(subject.value, unsayable_))
            return errc::unencodable_header;
        if (headers_are_utf8(which_) &&
            !(well_formed_utf8(subject.name) && well_formed_utf8(subject.value)))
            return errc::header_octets_not_utf8;
        // Of repeated ones the first counts.
        const bool counts = subject.name == "content-length" &&
                            subject_.find("content-length")->data() == subject.value.data();
        if (counts && subject.value != std::to_string(subject_.body.size()))
            return errc::bad_content_length;
        return std::nullopt;
    }

    void append(const header& subject) {
        say(subject.name);
        out_ += ':';
        say(subject.value);
        out_ += '\n';
    }

    void say(std::string_view text) {
        if (escapes_.empty())
            out_ += text;
        else
            escape_to(out_, text);
    }

    std::string& out_;
    const frame& subject_;
    version which_;
    std::string_view escapes_;
    std::string_view unsayable_;
};

} // namespace

std::optional<parse_error> encode_to(std::string& out, const frame& subject, version which) {
    const auto before = out.size();
    auto fault = encoder{out, subject, which}.run();
    if (fault)
        out.resize(before);
    return fault;
}

boost::system::result<std::string, parse_error> serialize(const frame& subject) {
    std::string out;
    if (const auto fault = encode_to(out, subject))
        return *fault;
    return out;
}

} // namespace rhombus::stomp
