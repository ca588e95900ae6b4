#include "check.hpp"
#include "command_line.hpp"
#include "complaint.hpp"
#include "diagnose.hpp"
#include "explain.hpp"
#include "watch.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <mock_server/mock_server.hpp>

namespace {

using namespace rhombus::doctor;

int list_checks() {
    for (const auto& one : all_checks())
        fmt::print("{:<16} {:<12} {}\n", one.id, one.stage, one.title);
    return 0;
}

int list_faults() {
    const auto program = rhombus::tools::find_mock_program();
    if (program.empty()) {
        return complain("--list-faults: rhombus-mock was not found");
    }
    return rhombus::tools::run_mock_program(program, {"--list-faults"});
}

int act(const command_line& given) {
    switch (given.action) {
    case action::check:
        return diagnose(given);
    case action::watch:
        return watch(given);
    case action::explain:
        return explain(given.explain_code);
    case action::list_checks:
        return list_checks();
    case action::list_faults:
        return list_faults();
    }
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    try {
        const auto given = parse_command_line(argc, argv);
        if (given.has_value())
            return act(*given);
        const auto& wish = given.error();
        if (wish.code != 0)
            return complain(wish.text);
        fmt::print("{}", wish.text);
        return 0;
    } catch (const std::exception& mistake) {
        fmt::print(stderr, "rhombus-doctor: internal error: {}\n", mistake.what());
        return 1;
    }
}
