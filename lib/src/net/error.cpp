#include <rhombus/net/error.hpp>

#include <string>

namespace rhombus::net {
namespace {

const char* text_of(errc code) noexcept {
    switch (code) {
    case errc::opening_timed_out:
        return "the opening took longer than its limit";
    case errc::no_usable_address:
        return "the host has no usable address";
    case errc::certificate_refused:
        return "the certificate failed verification";
    case errc::not_tls:
        return "the server does not speak TLS on this port";
    case errc::handshake_refused:
        return "the server answered the upgrade with another status than 101";
    case errc::handshake_malformed:
        return "the answer to the upgrade is not an HTTP response head of at most 64 KiB";
    case errc::upgrade_not_confirmed:
        return "the 101 lacks \"Upgrade: websocket\" or \"Connection: Upgrade\"";
    case errc::accept_key_wrong:
        return "the 101 carries a wrong Sec-WebSocket-Accept";
    case errc::extension_not_offered:
        return "the 101 names an extension that was not offered";
    case errc::subprotocol_not_offered:
        return "the 101 names a subprotocol that was not offered";
    case errc::closed_without_answer:
        return "the server closed the connection without an answer";
    case errc::request_not_sendable:
        return "the request holds an octet that HTTP does not allow there";
    }
    return "unknown";
}

class category final : public boost::system::error_category {
public:
    [[nodiscard]] const char* name() const noexcept override { return "rhombus.net"; }
    [[nodiscard]] std::string message(int value) const override {
        return text_of(static_cast<errc>(value));
    }
};

} // namespace

const boost::system::error_category& net_category() noexcept {
    static const category only;
    return only;
}

boost::system::error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), net_category()};
}

} // namespace rhombus::net
