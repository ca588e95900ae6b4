#pragma once

#include "corpus.hpp"

#include <span>
#include <string>
#include <string_view>

namespace rhombus::bench {

/// One way to read a corpus.
struct way {
    std::string_view name; ///< On the command line.
    /// Reads all of it once. @throws std::runtime_error that says what is wrong with the octets.
    corpus_counts (*read)(const corpus&);
    /// The part of a corpus's counts that this way can see.
    corpus_counts (*visible)(const corpus_counts&) = [](const corpus_counts& all) { return all; };
};

/// @throws std::runtime_error that lists the names when there is none such.
[[nodiscard]] const way& way_called(std::string_view name, std::span<const way> ways);

/// Reads the corpus again and again, for so long and at least three times, and prints one line of
/// JSON: MiB/s and frames/s of the median pass, MiB for each second that the thread had a
/// processor, and whether it saw what the corpus holds.
/// @param seconds a decimal number.
/// @throws std::runtime_error that names the file and what is wrong with it.
void measure(const way& measured, const std::string& prefix, const std::string& seconds);

} // namespace rhombus::bench
