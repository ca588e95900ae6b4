// watch_events WS_URL ORGANIZATION [CA_FILE]: prints the change events of an organization until it
// is interrupted. The API key stands in RHOMBUS_API_KEY.
#include <rhombus/net/connection.hpp>
#include <rhombus/report/escape.hpp>
#include <rhombus/systems/rhombus.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <variant>

namespace {

using namespace std::chrono_literals;
namespace net = rhombus::net;
namespace systems = rhombus::systems;
namespace transcript = rhombus::transcript;
using rhombus::report::visible;

transcript::stamp now() {
    using namespace std::chrono;
    const auto monotonic = steady_clock::now().time_since_epoch();
    const auto wall = system_clock::now().time_since_epoch();
    return {duration_cast<nanoseconds>(monotonic).count(),
            duration_cast<milliseconds>(wall).count()};
}

/// What a server says is shown escaped: it could else write to the terminal what it likes.
net::pump show(const systems::signal& signal) {
    if (const auto* event = std::get_if<systems::event>(&signal))
        std::cout << visible(event->kind) << ' ' << visible(event->body) << std::endl;
    else if (const auto* refusal = std::get_if<systems::rejected>(&signal))
        std::cerr << "refused: " << visible(refusal->text) << '\n';
    else if (const auto* end = std::get_if<systems::ended>(&signal))
        std::cerr << "ended: " << end->why << '\n';
    return net::pump::go_on;
}

int watch(const systems::rhombus_options& account, const net::connection_options& options) {
    const auto speaker = systems::make_rhombus(*systems::find_profile("rhombus"), account);
    const auto opening = speaker->opening();
    const auto where = net::parse_url(opening.url);
    if (where.has_error()) {
        std::cerr << where.error() << '\n';
        return 2;
    }
    transcript::redactor secrets;
    secrets.add("API_KEY", account.api_key);
    transcript::recorder log{now, secrets}; // add_sink() would keep all that happens.

    net::context loop;
    loop.catch_interrupts();
    net::connection connection{loop, *where, options, log};
    connection.begin_open(net::stage::secure);
    loop.run();
    connection.begin_upgrade({.target = where->target,
                              .credentials = opening.headers,
                              .subprotocols = opening.subprotocols});
    loop.run();
    if (const auto failure = connection.failure()) {
        std::cerr << "not connected: " << visible(failure->reason.message()) << '\n';
        return 1;
    }
    connection.begin_converse(*speaker, 24h * 365, show);
    loop.run();
    if (loop.interrupted()) {
        speaker->goodbye(std::chrono::steady_clock::now());
        connection.begin_converse(*speaker, 3s, show);
        loop.run();
    }
    connection.begin_close(1000, 3s);
    loop.run();
    return loop.interrupted() ? 0 : 1;
}

} // namespace

int main(int count, char** words) {
    const char* key = std::getenv("RHOMBUS_API_KEY");
    if (count < 3 || key == nullptr) {
        std::cerr << "usage: RHOMBUS_API_KEY=... watch_events WS_URL ORGANIZATION [CA_FILE]\n";
        return 2;
    }
    systems::rhombus_options account;
    account.ws_url = words[1];
    account.api_key = key;
    account.organization = words[2];
    return watch(account, {.ca_file = count > 3 ? words[3] : ""});
}
