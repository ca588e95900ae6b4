#include "demo.hpp"

namespace rhombus::doctor {

boost::system::result<target, tools::mock_error> choose_target(const command_line& given) {
    if (!given.demo) {
        auto from = read_sources(given);
        auto ca_file = from.ca_file;
        return target{std::move(from), std::move(ca_file), std::nullopt};
    }

    const auto program = tools::find_mock_program();
    if (program.empty())
        return tools::mock_error{"--demo: rhombus-mock was not found; expected it in RHOMBUS_MOCK, "
                                 "beside this program or on PATH"};
    std::vector<std::string> arguments{"--events", "1/s"};
    for (const auto& fault : given.faults)
        arguments.insert(arguments.end(), {"--fault", fault});
    auto server = tools::mock_server::start(program, std::move(arguments));
    if (server.has_error())
        return server.error();

    target out{read_sources(given), server->ready().ca_file, std::move(*server)};
    const auto& ready = out.demo->ready();
    auto& flags = out.from.sources.flags;
    flags.api_url = ready.rest_url;
    flags.ws_url = ready.ws_url;
    if (!flags.api_key)
        flags.api_key =
            account::sourced<account::secret>{account::secret{ready.api_key}, "--demo", {}};
    out.from.sources.environment = nullptr;
    out.from.sources.credentials.reset();
    out.from.sources.config.reset();
    return out;
}

} // namespace rhombus::doctor
