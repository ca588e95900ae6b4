// judge_transcript FILE: judges the client in a transcript by every rule, and prints the verdicts
// that rest on something. Exit code 1 when a requirement is broken.
#include <rhombus/rules/verdict.hpp>
#include <rhombus/transcript/file.hpp>

#include <algorithm>
#include <iostream>
#include <vector>

int main(int count, char** words) {
    namespace rules = rhombus::rules;
    namespace transcript = rhombus::transcript;
    if (count != 2) {
        std::cerr << "usage: judge_transcript FILE\n";
        return 2;
    }
    std::vector<transcript::record> records;
    const auto read = transcript::read_file(
        words[1], [&](const transcript::record& one) { records.push_back(one); });
    if (read.has_error()) {
        std::cerr << read.error().message << '\n';
        return 2;
    }
    if (!read->complete)
        std::cerr << "the transcript is cut off: what is missing cannot be judged\n";

    const auto run = transcript::read_history(records);
    auto worst = rules::verdict::pass;
    for (const auto& rule : rules::all_rules()) {
        const auto found = rules::judge(rule, run, {});
        if (found.opportunities == 0)
            continue;
        std::cout << rules::name_of(found.verdict) << ' ' << found.id << ' ' << rule.title << ": "
                  << found.message << '\n';
        worst = std::max(worst, found.verdict);
    }
    return worst < rules::verdict::fail ? 0 : 1;
}
